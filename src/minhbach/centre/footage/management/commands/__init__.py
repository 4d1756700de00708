"""Commands of `minhbach centre` that read this app's rows and logs, one a file, as Django finds them."""
