"""What is written of supervision, one module for each noun; the actor comes first."""
