"""What outlives the process: who owns a data folder, its heart, the guard, and settling what was lost."""
