"""Stability of a resistance over hours to days: log, drift, Allan deviation."""
