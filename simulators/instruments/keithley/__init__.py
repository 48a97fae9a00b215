"""Simulated Keithley instruments."""
