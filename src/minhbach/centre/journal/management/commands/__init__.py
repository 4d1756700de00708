"""Commands of `minhbach centre` about the centre's own log, one a file, as Django finds them."""
