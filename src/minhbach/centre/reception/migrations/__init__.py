"""Steps of the tables of `dossiers`, in order."""
