"""The JSON of footage: thin operations over the same reads and actions as the pages."""
