"""Runs a checked plan: leases, instruments, context, control, and a safe end on every way out."""
