"""Numbers about annotations: what they add up to, and how far to trust that."""
