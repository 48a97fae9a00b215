"""What travelled between a driver and its instrument: the exchanges, and the file that keeps them."""

from bench.core.traffic.exchange import Exchange, Fault, Header, Operation, Sink
from bench.core.traffic.reading import Recording, RecordingError, read_recording
from bench.core.traffic.writing import RecordingWriter

__all__ = [
    "Exchange",
    "Fault",
    "Header",
    "Operation",
    "Recording",
    "RecordingError",
    "RecordingWriter",
    "Sink",
    "read_recording",
]
