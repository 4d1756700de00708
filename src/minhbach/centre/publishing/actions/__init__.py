"""What is written of published figures, one module for each noun; the actor comes first."""
