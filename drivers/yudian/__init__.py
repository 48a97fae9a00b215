"""Yudian temperature controllers."""
