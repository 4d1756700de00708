"""Pages on which rules are read and changed."""
