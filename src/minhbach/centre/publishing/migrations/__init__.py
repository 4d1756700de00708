"""Steps of the tables of `publishing`, in order."""
