"""Sheet resistance with four probes and one source meter."""
