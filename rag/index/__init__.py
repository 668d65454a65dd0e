"""From chunks to an index on disk: encoder, Chroma vectors, BM25, and whole generations of them."""
