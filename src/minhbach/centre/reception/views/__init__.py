"""Pages of reception: open, close and mark a session, and what others may know of it."""
