"""The command line: `python -m eval` and its subcommands."""
