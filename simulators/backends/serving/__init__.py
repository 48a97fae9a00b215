"""Serves a running world to other programs: instruments on TCP ports and terminals, one control endpoint."""

from simulators.backends.serving.process import serve

__all__ = ["serve"]
