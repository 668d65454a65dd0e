"""Serve answers to other programs over HTTP: access checks, questions and data models. Needs no Gradio."""
