"""Steps of the tables of `oversight`, in order."""
