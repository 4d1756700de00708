"""What is written about dossiers, one module for each noun; the actor comes first."""
