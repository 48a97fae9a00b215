"""The truth: specimens, fixtures and surroundings as functions of the clock. No bytes, no I/O."""
