"""The operator's window; arrives with the bench service. Nothing else depends on it."""
