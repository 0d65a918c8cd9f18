"""The command line: one file a command family, heavy imports inside the functions."""
