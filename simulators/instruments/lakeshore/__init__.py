"""Simulated Lake Shore instruments."""
