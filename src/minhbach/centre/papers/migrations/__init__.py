"""Steps of the papers' tables."""
