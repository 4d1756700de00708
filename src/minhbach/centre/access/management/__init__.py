"""Commands of `minhbach centre` that write through this app's actions, one a file, as Django finds them."""
