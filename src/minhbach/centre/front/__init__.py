"""What stands before all apps: the start page, the way to every other page, and finding things by name.

Gathers from the apps below and owns no rows. A way is shown only to whoever has a right that opens it somewhere; it is
still the guard of the page itself that decides.
"""
