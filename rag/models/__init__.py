"""The encoder, the language models, and how they are chosen, fetched and exported."""
