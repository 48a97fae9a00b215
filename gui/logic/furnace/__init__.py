"""What a furnace run says, from its rows and facts, without Qt."""
