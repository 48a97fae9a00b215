"""Instruments made by Keithley."""
