"""Steps of the tables of `regulation`, one purpose each, in order."""
