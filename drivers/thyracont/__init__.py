"""Thyracont vacuum gauges."""
