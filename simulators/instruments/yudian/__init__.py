"""Simulated instruments of Yudian."""
