"""The commands of `python -m rag`, grouped by file: questions, the folder, setup, serving."""
