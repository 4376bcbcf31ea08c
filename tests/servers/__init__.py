"""Real servers for tests, on loopback, in temporary folders: `python -m tests.servers start`."""
