"""A package: so the cameras that all of these tests share end with the last of them, and not with the run."""
