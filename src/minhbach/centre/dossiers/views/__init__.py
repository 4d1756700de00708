"""Pages of dossiers and of the counters' desks."""
