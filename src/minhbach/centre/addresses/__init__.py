"""The list of addresses, by area; `centre/urls.py` puts it together."""
