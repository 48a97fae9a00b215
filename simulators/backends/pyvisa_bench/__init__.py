"""pyvisa finds the backend `@bench` by the name of this package (installed as `pyvisa_bench`)."""

from simulators.backends.visa import BenchVisaLibrary

WRAPPER_CLASS = BenchVisaLibrary
