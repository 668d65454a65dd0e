"""Question sets: their schema and its checks, writing new ones, other formats."""
