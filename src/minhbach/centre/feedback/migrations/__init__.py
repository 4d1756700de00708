"""Steps of the tables of `feedback`, in order."""
