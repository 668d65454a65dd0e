"""Speed, memory and disk: compared with three other libraries on the same articles, and by size."""
