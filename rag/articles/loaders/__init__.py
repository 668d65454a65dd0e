"""One module per format: bytes become clean text, with the metadata in the file."""
