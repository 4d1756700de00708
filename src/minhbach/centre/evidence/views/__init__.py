"""Pages of extraction: they parse, call one action, render."""
