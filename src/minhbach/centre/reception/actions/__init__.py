"""What is written about reception; the actor comes first."""
