"""Articles in, annotations out: one module a format."""
