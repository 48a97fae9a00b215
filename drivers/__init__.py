"""Instrument drivers: one folder a maker; they know bench.core and pymeasure, nothing else of ours."""
