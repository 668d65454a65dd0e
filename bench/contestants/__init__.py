"""The contestants: this project and the plain recipes of three libraries, one script each."""
