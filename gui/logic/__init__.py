"""What the window knows and decides, without Qt, so that it is tested without Qt."""
