"""One file a format: bytes become clean text, with what the file says of itself."""
