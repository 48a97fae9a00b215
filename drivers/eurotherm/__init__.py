"""Eurotherm temperature controllers."""
