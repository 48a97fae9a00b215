"""Both ways with stock pymeasure: our procedures in its Worker, its procedures on the bench."""
