"""The command line: one file a command family, heavy imports inside the functions."""

VERSION = "0.1.0"
"""As in pyproject.toml, which a test holds it to: to look it up among what is installed takes longer than the help."""
