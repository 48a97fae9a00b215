"""Procedures, runs, run folders, journals and the queue."""
