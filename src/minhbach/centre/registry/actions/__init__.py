"""What people do to the registry: each write is one named function, the actor first."""
