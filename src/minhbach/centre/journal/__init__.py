"""The centre's own log: what was written about people who watch, sign in, grant or are refused, anchored like footage.

Triggers write a line for every change of a watched row (`watched`), salted and hashed, in the same transaction. The
worker puts lines into a Merkle log of the centre (`anchoring`, `book`), signed by a key of its own and cosigned by
others. `checking` holds rows, lines and log against each other: what somebody with every right on the database changes,
adds or takes away shows. It stands above every app whose rows it watches and knows them by the names of their tables.
"""
