"""What pyserial asks for when it meets a URL that begins with `bench://`; the work is done elsewhere."""

from simulators.backends.serial_url.port import BenchSerial as Serial

__all__ = ["Serial"]
