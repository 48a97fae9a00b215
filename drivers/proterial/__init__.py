"""Proterial (formerly Hitachi Metals) mass flow control."""
