"""The Gradio page: chat on the left, the proof on the right."""
