"""Steps of the registry's tables, in the order they were taken."""
