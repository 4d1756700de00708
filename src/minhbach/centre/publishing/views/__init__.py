"""Pages of published figures; each parses, calls one function and renders."""
