"""What no wire leads to: things that a person reads and tells."""
