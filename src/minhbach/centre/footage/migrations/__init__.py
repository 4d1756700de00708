"""The rows of footage, in order."""
