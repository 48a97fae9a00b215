"""The runtime of the bench: clock, stations, runs, results and the command line."""
