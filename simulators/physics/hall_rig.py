"""A sample in the gap of a magnet, and around it source, meters and relays: all see the same sample.

State changes only when something is driven, switched or placed, each at a given time; all between is a closed
form of time. A voltage source, or a current source in compliance, charges all cables at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulators.physics.electrical import CurrentDrive, Drive, OperatingPoint, VoltageDrive
from simulators.physics.hall_layout import Crosspoint, FieldAcross, Layout, Mounted, Pair
from simulators.physics.network import Array, Network, Relaxation, Response, Sample
from simulators.physics.operating import resting
from simulators.physics.surroundings import Surroundings


class Present(NamedTuple):
    """Everything at one instant: source current, whether it is limited, potentials of terminals, contacts."""

    current_A: float
    limited: bool
    terminal_V: Array
    contact_A: Array


_NOBODY = Sample(np.zeros((0, 0)), np.zeros(0), np.zeros(0))
_SHORTED_ohm = 1e-9
"""Impedance, per ampere of source current, below which a voltage source is short-circuited."""
_COLD_V = 1e-3
"""A source meter that is off may hold its terminals at nearly 0 V."""
_LIFTED_ohm = 1e15
"""Resistance of a contact that does not touch."""


class HallRig:
    """The state of it all. As a Circuit it is what the source sees; see also the views below."""

    def __init__(self, layout: Layout, field: FieldAcross, surroundings: Surroundings) -> None:
        self.layout = layout
        self.label = "open"
        self.hot_switches = 0
        """How often relays have moved while the source was on."""
        self._field = field
        self._surroundings = surroundings
        self._drive: Drive = None
        self._closed: frozenset[Crosspoint] = frozenset()
        self._mounted: Mounted | None = None
        self._lifted: frozenset[int] = frozenset()
        self._placed = 0.0
        self._since = 0.0
        self._network = self._wire()
        self._relaxation: Relaxation | None = None
        self._deviation_V = np.zeros(0)
        self._lagging_A = np.zeros(0)  # contact currents as the sample's temperatures felt them ...
        self._driven_A = np.zeros(0)  # ... and towards which they go
        self._change(0.0, np.zeros(len(layout.capacitance_F)), np.zeros(0))

    @property
    def contacts(self) -> int:
        """How many contacts the sample has; 0 where there is none."""
        return 0 if self._mounted is None else self._mounted.contacts

    def place(self, sample: Mounted | None, label: str, time: float) -> None:
        """From `time` on this sample, or none, is in the holder; all its contacts touch."""
        time, terminal_V, _ = self._now(time)
        self._mounted, self.label, self._placed, self._lifted = sample, label, time, frozenset()
        self._change(time, terminal_V, np.zeros(0))

    def lift(self, contact: int, time: float) -> None:
        """From `time` on contact number `contact` (from 1) does not touch the sample."""
        time, terminal_V, lagging_A = self._now(time)
        self._lifted |= {contact - 1}
        self._change(time, terminal_V, lagging_A)

    def drive(self, drive: Drive, time: float) -> None:
        """See Circuit."""
        if drive == self._drive:
            return
        time, terminal_V, lagging_A = self._now(time)
        self._drive = drive
        self._change(time, terminal_V, lagging_A)

    def close(self, crosspoints: frozenset[Crosspoint], time: float) -> None:
        """See Crosspoints."""
        if crosspoints == self._closed:
            return
        time, terminal_V, lagging_A = self._now(time)
        if self._closed and _is_hot(self._drive):
            self.hot_switches += 1
        self._closed = crosspoints
        self._change(time, terminal_V, lagging_A)

    def operating_point(self, time: float) -> OperatingPoint:
        """See Circuit."""
        source = self.layout.source
        if source is None:
            return OperatingPoint(0.0, 0.0, 0.0, False)
        present = self.present(time)
        high, low = self._sense_pair
        force_V = float(present.terminal_V[source])
        sense_V = float(present.terminal_V[high] - present.terminal_V[low])
        return OperatingPoint(present.current_A, force_V, sense_V, present.limited)

    def induced_V(self, time: float) -> float:
        """What the changing field induces in the voltmeter's leads."""
        return self.layout.loop_m2 * self._field.rate_T_per_s(max(time, self._since))

    def present(self, time: float) -> Present:
        """Everything at `time`; earlier than the last change counts as then. Changes nothing."""
        time = max(time, self._since)
        sample = self._sample(time)
        held = self._held_at()
        drive = self._drive
        if isinstance(drive, VoltageDrive):
            response, current_A = self._at_voltage(sample, held, drive.level_V)
            deviation_V = np.zeros(len(response.off_V))  # charges the leads at once
            limited = abs(current_A) > drive.limit_A
            if limited:
                current_A = math.copysign(drive.limit_A, current_A)
                response = self._at_current(sample, current_A)
                deviation_V = self._deviation(time, response)
        else:
            current_A = 0.0 if drive is None else drive.level_A
            response = self._at_current(sample, current_A)
            deviation_V = self._deviation(time, response)
            held_V = self._across(held, response.off_V + current_A * response.per_A_V + deviation_V)
            limited = drive is not None and abs(held_V) > drive.limit_V
            if drive is not None and limited:
                response, current_A = self._at_voltage(sample, held, math.copysign(drive.limit_V, held_V))
                deviation_V = np.zeros(len(deviation_V))
        return Present(
            current_A,
            limited,
            self._network.at_terminals(response.off_V + current_A * response.per_A_V + deviation_V),
            response.contact_off_A + current_A * response.contact_per_A,
        )

    def _at_current(self, sample: Sample, current_A: float) -> Response:
        """The answer of the rig, exact at this source current."""
        fed = self.layout.source or 0
        return self._network.respond(resting(self._network, sample, fed, lambda _: current_A), fed)

    def _at_voltage(self, sample: Sample, held: Pair, volt: float) -> tuple[Response, float]:
        """The answer of the rig where the source holds this voltage between two terminals; its current."""

        def needed_A(response: Response) -> float:
            return _current(volt - self._across(held, response.off_V), self._across(held, response.per_A_V))

        fed = self.layout.source or 0
        response = self._network.respond(resting(self._network, sample, fed, needed_A), fed)
        return response, needed_A(response)

    def _deviation(self, time: float, response: Response) -> Array:
        """What the potentials still are away from where the current brings them."""
        if self._relaxation is None:
            return np.zeros(len(response.off_V))
        return self._relaxation.after(self._deviation_V, time - self._since)

    @property
    def _sense_pair(self) -> Pair:
        return self.layout.sense or (self.layout.source or 0, 0)

    def _held_at(self) -> Pair:
        """Where the source holds its voltage or its limit."""
        if self._drive is not None and self._drive.four_wire:
            return self._sense_pair
        return (self.layout.source or 0, 0)

    def _across(self, pair: Pair, node_V: Array) -> float:
        terminal_V = self._network.at_terminals(node_V)
        return float(terminal_V[pair[0]] - terminal_V[pair[1]])

    def _sample(self, time: float) -> Sample:
        if self._mounted is None:
            return _NOBODY
        sample = self._mounted.at(
            self._field.field_T(time),
            self._surroundings.temperature_K(time),
            time - self._placed,
            self._felt_A(time),
        )
        contact_ohm = sample.contact_ohm + self.layout.lead_ohm
        for contact in self._lifted:
            contact_ohm[contact] = _LIFTED_ohm
        return sample._replace(contact_ohm=contact_ohm)

    def _now(self, time: float) -> tuple[float, Array, Array]:
        """When a change takes place, with the potentials of the terminals and the lagging currents then."""
        time = max(time, self._since)
        return time, self.present(time).terminal_V, self._felt_A(time)

    def _felt_A(self, time: float) -> Array:
        """The contact currents as the sample's temperatures feel them."""
        if self._mounted is None:
            return self._lagging_A
        left = math.exp(-(time - self._since) / self._mounted.lag_s)
        felt_A: Array = self._driven_A + (self._lagging_A - self._driven_A) * left
        return felt_A

    def _change(self, time: float, terminal_V: Array, lagging_A: Array) -> None:
        """The relays, the drive or the sample are new; the charges and temperatures are what they were."""
        self._network = self._wire()
        contacts = self.contacts
        self._since, self._relaxation = time, None
        self._lagging_A = self._driven_A = lagging_A if len(lagging_A) == contacts else np.zeros(contacts)
        sample = self._sample(time)
        present = self.present(time)
        level_A = self._drive.level_A if isinstance(self._drive, CurrentDrive) else present.current_A
        fed = self.layout.source or 0
        at_rest = resting(self._network, sample, fed, lambda _: level_A)
        response = self._network.respond(at_rest, fed)
        settled_V = response.off_V + level_A * response.per_A_V
        self._driven_A = present.contact_A
        self._deviation_V = self._network.joined_up(terminal_V) - settled_V
        self._relaxation = self._network.relaxation(at_rest)

    def _wire(self) -> Network:
        layout = self.layout
        closed = [layout.crosspoints[one] for one in sorted(self._closed) if one in layout.crosspoints]
        return Network(
            joined=[*layout.wires, *closed],
            leakage_ohm=layout.leakage_ohm,
            capacitance_F=layout.capacitance_F,
            meters=layout.meters,
            contacts=layout.contacts[: self.contacts],
        )


def _is_hot(drive: Drive) -> bool:
    """Whether a source that drives this is on."""
    return drive is not None and (isinstance(drive, CurrentDrive) or abs(drive.level_V) > _COLD_V)


def _current(missing_V: float, per_A_V: float) -> float:
    """The current that brings the missing voltage; infinite into a short."""
    if abs(per_A_V) < _SHORTED_ohm:
        return math.copysign(math.inf, missing_V) if missing_V else 0.0
    return missing_V / per_A_V


@dataclass(frozen=True, slots=True)
class Voltmeter:
    """A voltmeter of the rig; see VoltageSeen."""

    rig: HallRig
    pair: Pair

    def voltage_V(self, time: float) -> float:
        """See VoltageSeen."""
        terminal_V = self.rig.present(time).terminal_V
        return float(terminal_V[self.pair[0]] - terminal_V[self.pair[1]]) + self.rig.induced_V(time)


@dataclass(frozen=True, slots=True)
class Ammeter:
    """An ammeter of the rig, with its burden; see CurrentSeen."""

    rig: HallRig
    pair: Pair
    burden_ohm: float

    def current_A(self, time: float) -> float:
        """See CurrentSeen."""
        terminal_V = self.rig.present(time).terminal_V
        return float(terminal_V[self.pair[0]] - terminal_V[self.pair[1]]) / self.burden_ohm
