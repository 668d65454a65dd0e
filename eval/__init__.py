"""Scores the answers against a question set: retrieval, answer, citations and refusal apart."""
