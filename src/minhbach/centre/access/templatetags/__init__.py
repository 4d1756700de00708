"""Template tags about what a person may open."""
