"""Simulated instruments of Proterial."""
