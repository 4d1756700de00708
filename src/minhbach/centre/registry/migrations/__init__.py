"""Steps of the registry's tables."""
