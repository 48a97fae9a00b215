"""An instrument on a socket that goes away: told at once, where pyvisa-py alone hangs."""

import socket

import pytest

from bench.core.clock import RealClock
from bench.core.errors import LinkLostError
from drivers import dead_socket
from drivers.base import Driver
from drivers.connection import ConnectionDefaults, open_adapter


class Box(Driver):
    identity_pattern = "BOX"
    connection = ConnectionDefaults(timeout_s=0.3)


@pytest.fixture
def peer():
    """The instrument's end: gives (adapter, its socket)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        resource = f"TCPIP::127.0.0.1::{server.getsockname()[1]}::SOCKET"
        adapter = open_adapter(resource, ConnectionDefaults(timeout_s=0.3), visa_library="@py")
        other, _ = server.accept()
        with other:
            yield adapter, other
        adapter.close()


def test_reading_from_a_closed_socket_is_a_lost_connection(peer):
    adapter, other = peer
    other.close()
    with pytest.raises(ConnectionError, match="closed"):
        adapter.read()


def test_silence_is_still_a_time_out(peer):
    adapter, _ = peer
    with pytest.raises(Exception, match="VI_ERROR_TMO"):
        adapter.read()


@pytest.mark.parametrize("last_words", [b"", b"half a rep", b"one\ntwo\n"])
def test_clearing_a_closed_socket_returns(peer, last_words):
    adapter, other = peer
    other.sendall(last_words)
    other.close()
    with pytest.raises(ConnectionError, match="closed"):
        adapter.device_clear()


def test_clearing_throws_away_what_came(peer):
    adapter, other = peer
    other.sendall(b"one\ntwo\nthr")
    assert adapter.read() == "one"
    adapter.device_clear()
    other.sendall(b"four\n")
    assert adapter.read() == "four"


def test_what_was_said_before_the_end_is_read(peer):
    adapter, other = peer
    other.sendall(b"last\n")
    other.close()
    assert adapter.read() == "last"
    with pytest.raises(ConnectionError, match="closed"):
        adapter.read()


def test_a_driver_says_that_the_link_is_lost(peer):
    adapter, other = peer
    box = Box(adapter, name="box", clock=RealClock())
    other.close()
    with pytest.raises(LinkLostError, match="closed"):
        box.identity()


def test_a_message_does_not_wait_for_the_receipt_of_the_one_before(peer):
    """Nagle's algorithm against delayed acknowledgement: 40 ms for every message that follows a setting."""
    adapter, _ = peer
    link = dead_socket.socket_of(adapter.connection)
    assert link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
