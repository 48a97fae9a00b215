"""The simulated laboratory: physics, wire protocols, instruments, and the ways to reach them."""
