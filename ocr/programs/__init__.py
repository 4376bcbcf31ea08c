"""One small module per external program. `run` holds every one of them to a time and a memory limit."""
