"""Simulated Eurotherm controllers, written from HA026230 and the 2408/2416 handbooks."""
