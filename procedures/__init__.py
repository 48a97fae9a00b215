"""Measurements, one folder a science: each measures, then analyses, side by side."""
