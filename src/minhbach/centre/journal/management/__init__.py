"""What Django finds here for `minhbach centre`."""
