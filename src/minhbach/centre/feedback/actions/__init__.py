"""What is written of what citizens say, one module for each noun."""
