"""What everything else stands on: clock, errors, readings, roles, limits. Imports nothing of ours."""
