"""Proposes mentions, sources and labels; a person decides."""
