"""`python -m bench.cli`, where the `bench` script is not on the PATH."""

from bench.cli.main import main

main()
