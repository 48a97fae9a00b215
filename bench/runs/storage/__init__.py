"""The run folder on the disk: rows, journal, results, and the catalogue over all runs."""
