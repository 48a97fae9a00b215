"""Alarms that leave the room: rules, what they raised until somebody acknowledges it, and who is told."""
