"""Template tags of the two languages."""
