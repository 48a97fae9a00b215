"""Where a client can reach the simulated instruments."""
