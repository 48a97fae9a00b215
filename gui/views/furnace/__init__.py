"""What a furnace run has of its own in the window: its tile, and its plots."""
