"""Steps of the tables of `journal`, and of the triggers on the tables it watches."""
