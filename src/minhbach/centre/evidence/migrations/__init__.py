"""Steps of the tables of `evidence`, and of the triggers that guard them."""
