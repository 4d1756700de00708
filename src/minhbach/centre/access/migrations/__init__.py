"""Steps of the tables of `access`, one purpose each, in order."""
