"""The writes of extraction, one file for each stage of its life."""
