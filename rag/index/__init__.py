"""From chunks to an index on disk: encoder, Chroma vectors and BM25, stored as whole generations."""
