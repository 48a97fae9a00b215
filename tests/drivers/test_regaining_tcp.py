"""A connection over TCP that is closed from the other end and comes back, in real time."""

import socket
import threading

import pytest

from bench.core.clock import RealClock
from bench.core.errors import LinkLostError
from drivers.base import Driver
from drivers.connection import ConnectionDefaults


class Box(Driver):
    identity_pattern = "ACME,BOX"
    connection = ConnectionDefaults(timeout_s=2.0, reconnect_s=10.0)


class Peer:
    """Answers `*IDN?` and `N?` on one connection at a time; `drop` closes it, as a box that is reset does."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.identity = "ACME,BOX,7,1"
        self.connections = 0
        self.present = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                self.present, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with self.present, self.present.makefile("rw", newline="\n") as lines:
                try:
                    for line in lines:
                        reply = self.identity if line.strip() == "*IDN?" else str(self.connections)
                        lines.write(f"{reply}\n")
                        lines.flush()
                except OSError:
                    pass

    def drop(self):
        self.present.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()
        if self.present is not None:
            self.present.close()


@pytest.fixture
def peer():
    one = Peer()
    yield one
    one.close()


@pytest.fixture
def box(peer):
    driver = Box.open(
        f"TCPIP::127.0.0.1::{peer.port}::SOCKET", name="box", clock=RealClock(), visa_library="@py"
    )
    driver.connect()
    yield driver
    driver.close()


def test_a_dropped_connection_is_opened_anew(peer, box):
    assert box.ask("N?") == "1"
    peer.drop()
    assert box.ask("N?") == "2"
    peer.drop()
    assert box.ask("N?") == "3"


def test_somebody_else_at_the_address_is_refused(peer, box):
    peer.identity = "ACME,BOX,8,1"
    peer.drop()
    with pytest.raises(LinkLostError, match="ACME,BOX,8,1"):
        box.ask("N?")


def test_an_address_where_nobody_listens_any_more_is_given_up(peer):
    driver = Box.open(
        f"TCPIP::127.0.0.1::{peer.port}::SOCKET",
        name="box",
        clock=RealClock(),
        visa_library="@py",
        reconnect_s=0.5,
    )
    driver.connect()
    peer.listener.close()
    peer.drop()
    with pytest.raises(LinkLostError, match=r"did not come back within 0\.5 s"):
        driver.ask("N?")
    driver.close()
