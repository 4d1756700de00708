"""The pages of footage: each view parses, asks one function and renders."""
