"""Serial ports of simulated instruments for programs that use pyserial: `bench://NAME` in this process."""
