"""Serving answers to other programs over HTTP: the doors, the questions, the forms. Needs no Gradio."""
