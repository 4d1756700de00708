"""The pages of the registry: each reads what it shows, or hands one action over. Rights were asked before."""
