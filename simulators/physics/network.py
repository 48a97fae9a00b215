"""A small linear network: terminals joined by wires and relays around an n-terminal sample.

For one state of the relays, the nodes are the sets of joined terminals; one of them is ground. The unknowns
are the potentials v of the other nodes, the currents i into the contacts of the sample, and the sample's
common potential c:

    G v + A i = s             what flows off each node through leakage and meters, and into the sample
    A'v - (Z + r) i - c = e   each contact: impedance of the sample, contact resistance, EMF
    sum i = 0

The network is linear, so its answer to a source current I at one node is off + I * per ampere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Bent(Protocol):
    """What of the contacts is not linear."""

    def voltage_and_slope(self, contact_A: Array) -> tuple[Array, Array]:
        """Voltage in V over each contact, and its derivative in ohm, for the currents into the sample."""
        ...


class Sample(NamedTuple):
    """An n-terminal specimen: impedance matrix, and resistance and EMF of each of its contacts.

    A network takes `bent` for nothing: see operating.resting, which makes a linear sample of this one.
    """

    impedance_ohm: Array
    contact_ohm: Array
    emf_V: Array
    bent: Bent | None = None


class Response(NamedTuple):
    """Node potentials and contact currents without source current, and per ampere of it."""

    off_V: Array
    per_A_V: Array
    contact_off_A: Array
    contact_per_A: Array


class Network:
    """One state of the relays. Terminal 0 is ground.

    `leakage_ohm` and `capacitance_F` are those of each terminal to ground; `meters` are pairs of terminals
    with a resistance between them; `contacts` are the terminals to which the contacts of the sample lead.
    """

    def __init__(
        self,
        *,
        joined: Iterable[tuple[int, int]],
        leakage_ohm: float,
        capacitance_F: Sequence[float],
        meters: Iterable[tuple[int, int, float]],
        contacts: Sequence[int],
    ) -> None:
        self._capacitance_F = np.asarray(capacitance_F)
        self.node = _nodes(len(capacitance_F), joined)
        count = int(self.node.max())  # without ground, which is node 0
        conductance = np.zeros((count + 1, count + 1))
        own = np.arange(len(capacitance_F))
        np.add.at(conductance, (self.node[own], self.node[own]), 1 / leakage_ohm)
        for a, b, ohm in meters:
            for at, other in ((self.node[a], self.node[b]), (self.node[b], self.node[a])):
                conductance[at, at] += 1 / ohm
                conductance[at, other] -= 1 / ohm
        incidence = np.zeros((count + 1, len(contacts)))
        incidence[self.node[list(contacts)], range(len(contacts))] = 1.0
        self._conductance = conductance[1:, 1:]
        self._incidence = incidence[1:]
        self._node_F = np.bincount(self.node, self._capacitance_F, count + 1)[1:]

    def respond(self, sample: Sample, fed: int) -> Response:
        """Settled answer with a source current into terminal `fed`, out of ground."""
        nodes, contacts = self._incidence.shape
        matrix = np.zeros((nodes + contacts + 1,) * 2)
        known = np.zeros((nodes + contacts + 1, 2))
        matrix[:nodes, :nodes] = self._conductance
        matrix[:nodes, nodes:-1] = self._incidence
        matrix[nodes:-1, :nodes] = self._incidence.T
        matrix[nodes:-1, nodes:] = -_bordered(sample.impedance_ohm + np.diag(sample.contact_ohm))[:-1]
        matrix[-1, nodes:-1] = 1.0
        matrix[-1, -1] = 0.0 if contacts else 1.0
        known[nodes:-1, 0] = sample.emf_V
        if self.node[fed]:
            known[self.node[fed] - 1, 1] = 1.0
        found = np.linalg.solve(matrix, known)
        return Response(found[:nodes, 0], found[:nodes, 1], found[nodes:-1, 0], found[nodes:-1, 1])

    def at_terminals(self, node_V: Array) -> Array:
        """The potential of each terminal from those of the nodes."""
        potentials: Array = np.concatenate(([0.0], node_V))[self.node]
        return potentials

    def joined_up(self, terminal_V: Array) -> Array:
        """Node potentials after joining terminals that had these potentials: their charges are shared."""
        charge = np.bincount(self.node, self._capacitance_F * terminal_V, len(self._node_F) + 1)[1:]
        shared: Array = charge / self._node_F
        return shared

    def relaxation(self, sample: Sample) -> Relaxation:
        """How the charges of the nodes settle.

        The Hall effect is left out of this: the relative error of the transient is mobility times field.
        """
        impedance = (sample.impedance_ohm + sample.impedance_ohm.T) / 2 + np.diag(sample.contact_ohm)
        contacts = len(sample.contact_ohm)
        admittance = np.linalg.inv(_bordered(impedance))[:contacts, :contacts]
        total = self._conductance + self._incidence @ admittance @ self._incidence.T
        root = np.sqrt(self._node_F)
        rates, vectors = np.linalg.eigh((total + total.T) / 2 / np.outer(root, root))
        return Relaxation(np.maximum(rates, 0.0), vectors / root[:, None], vectors.T * root)


class Relaxation(NamedTuple):
    """Modes in which deviations of the node potentials decay: rates, and transforms from and to the modes."""

    rates_per_s: Array
    from_modes: Array
    to_modes: Array

    def after(self, deviation_V: Array, elapsed_s: float) -> Array:
        """What is left of a deviation."""
        left: Array = self.from_modes @ (
            np.exp(-self.rates_per_s * elapsed_s) * (self.to_modes @ deviation_V)
        )
        return left


def _bordered(impedance: Array) -> Array:
    """Impedance and the common potential, with the sum of the currents as last row; 1 alone if empty."""
    count = len(impedance)
    matrix = np.ones((count + 1, count + 1))
    matrix[:count, :count] = impedance
    matrix[count, count] = 0.0 if count else 1.0
    return matrix


def _nodes(terminals: int, joined: Iterable[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Terminal -> node; the node of terminal 0 is 0."""
    parent = list(range(terminals))

    def root(one: int) -> int:
        while parent[one] != one:
            one = parent[one]
        return one

    for a, b in joined:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return np.unique([root(one) for one in range(terminals)], return_inverse=True)[1].astype(np.int64)
