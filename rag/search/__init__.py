"""From a question to evidence: a standalone question, chunks, and the sentences in them."""
