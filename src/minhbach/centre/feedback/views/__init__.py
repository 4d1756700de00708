"""Pages for citizens, screens at counters, and pages of those who handle what was said."""
