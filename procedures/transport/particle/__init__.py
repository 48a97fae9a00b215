"""Current and voltage of single particles between two tips."""
