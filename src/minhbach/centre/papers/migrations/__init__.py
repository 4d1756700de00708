"""Steps of the tables of papers, in the order they were taken."""
