"""The same work in other annotation tools and in onrecord."""
