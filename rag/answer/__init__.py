"""From evidence to a checked answer: language model or quotes, citations, verdicts, confidence."""
