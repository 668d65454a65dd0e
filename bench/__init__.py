"""Speed, memory and disk: beside three other libraries over the same articles, and by size."""
