"""Interlocks at work: the board of published values, the state of each rule, and what a rule does to runs."""
