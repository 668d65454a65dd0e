"""The encoder and the language models: choosing, downloading and exporting them."""
