"""The command line. `progress` and `ports` have no dependencies: scripts/bootstrap.py uses them."""
