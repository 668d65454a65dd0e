"""The commands of `python -m rag`, a file for each idea: questions, the folder, the parts, serving."""
