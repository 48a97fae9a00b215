"""Electrical transport: currents, voltages and, later, a magnet."""
