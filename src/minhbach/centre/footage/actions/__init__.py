"""Every write of footage that a person can see, one file for one noun; the actor first, the rest by name."""
