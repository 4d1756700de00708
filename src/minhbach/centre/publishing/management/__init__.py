"""Where Django looks for the commands of `publishing`."""
