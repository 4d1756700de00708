"""What the pages of the registry ask, checked only for its shape: what may be is said by actions and by PostgreSQL."""
