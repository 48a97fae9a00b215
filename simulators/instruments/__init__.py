"""The simulated instruments, in folders named as in drivers/."""
