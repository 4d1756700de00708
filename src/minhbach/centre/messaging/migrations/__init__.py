"""Steps of the tables of `messaging`, one purpose each, in order."""
