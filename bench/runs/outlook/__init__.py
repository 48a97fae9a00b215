"""What a queue will do, told before it is started: when, with what, at which limits, and what is refused."""
