"""The writes of `access`, one file for each noun; pages, the API and the apps above call them by name."""
