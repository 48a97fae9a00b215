"""The operator's window: a thin client of the bench's service. Nothing else depends on it."""
