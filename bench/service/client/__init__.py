"""A typed client of the service, for window, command line and scripts; needs nothing else of the bench."""

from bench.service.client.client import Client
from bench.service.client.errors import RequestProblemsError, ServiceGoneError, ServiceRefusedError
from bench.service.client.finding import Where, find_service
from bench.service.client.streams import EventStream, LiveStream, RowBatch

__all__ = [
    "Client",
    "EventStream",
    "LiveStream",
    "RequestProblemsError",
    "RowBatch",
    "ServiceGoneError",
    "ServiceRefusedError",
    "Where",
    "find_service",
]
