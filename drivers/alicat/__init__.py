"""Alicat gas instruments."""
