"""Which wires a four-wire measurement needs at its fixture."""

from typing import Final

SENSE: Final = ("sense_high", "sense_low")
"""Contacts of a press or of tips. A source meter that senses remotely with them open measures nothing."""
