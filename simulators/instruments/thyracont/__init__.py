"""Simulated instruments of Thyracont."""
