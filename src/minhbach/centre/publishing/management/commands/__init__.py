"""The commands of `publishing`, one module each."""
