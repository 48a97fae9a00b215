"""A Hall system out of whatever plays its roles: source, voltmeter, switch, and ammeter and magnet if any.

Not an instrument but five or six, each with an address of its own. What this adds is the order between them,
that of Keithley's Hall library: source off, relays, soak, source on, soak, measure current and voltage,
source off, relays open. Relays never move under current, a field reverses through zero, and everything is
measured, not taken from a setting.
"""

from __future__ import annotations

from dataclasses import replace

from bench.core.clock import Clock
from bench.core.current_balance import went_elsewhere
from bench.core.errors import BenchError, InstrumentError, SafeStateError
from bench.core.readings import Reading
from bench.core.roles import (
    Ammeter,
    CurrentSource,
    FieldMeter,
    FieldSource,
    Instrument,
    RangedAmmeter,
    SafeReport,
    SwitchMatrix,
    Voltmeter,
)
from drivers.hall_reading import Contacts, HallReading

__all__ = ["Contacts", "HallReading", "HallSystem"]

SOAK_S = 1.0
"""After a change of relays or current: our choice; a film of megohms on metres of cable may need more."""
LOOK_S = 0.5


class HallSystem:
    """The rack as one. The meters have to be configured (range, integration) by whoever knows the sample.

    `supply` is the magnet supply that a gaussmeter in closed loop (the field source then) programs: its
    faults count, it is made to follow before the loop is closed, and it is made safe too. A loop whose supply
    does not follow winds up.

    With an `ammeter` in the return of the source the measured current counts, and a reading whose current
    went elsewhere is not usable. Without one the current is what was set.
    """

    def __init__(
        self,
        *,
        source: CurrentSource,
        voltmeter: Voltmeter,
        switch: SwitchMatrix,
        clock: Clock,
        ammeter: Ammeter | None = None,
        field_source: FieldSource | None = None,
        field_meter: FieldMeter | None = None,
        supply: FieldSource | None = None,
        name: str = "Hall system",
    ) -> None:
        self.name = name
        self.source = source
        self.voltmeter = voltmeter
        self.switch = switch
        self.ammeter = ammeter
        self.field_source = field_source
        self.field_meter = field_meter
        self.supply = supply
        self._clock = clock

    # ---- sourcing and switching

    def prepare(self, *, range_A: float, compliance_V: float) -> None:
        """Configure the source with its output off and every relay open, and zero the ammeter if it can.

        Raises LimitError before anything is sent, ReadBackError.
        """
        self.source.source_current(range_A=range_A, compliance_V=compliance_V)
        self.disconnect()
        zero = getattr(self.ammeter, "zero", None)
        if callable(zero):
            zero()

    def connect(self, contacts: Contacts, *, soak_s: float = SOAK_S) -> None:
        """Source off, verified; then exactly these relays, read back; then soak."""
        self._cold()
        self.switch.connect_only(contacts.crosspoints)
        self._clock.sleep(soak_s)

    def disconnect(self) -> None:
        """Source off, verified; then every relay open, read back."""
        self._cold()
        self.switch.open_all()

    # ---- measuring

    def measure(
        self, contacts: Contacts, current_A: float, *, soak_s: float = SOAK_S
    ) -> tuple[HallReading, HallReading]:
        """Both polarities at these contacts, plus first; ends with the source off and every relay open.

        Thermal EMFs and offsets cancel in the half difference of the two. Ends cold whatever happens.
        """
        try:
            self.connect(contacts, soak_s=soak_s)
            self.source.set_level(0.0)
            self.source.set_output(True)
            plus, minus = (self._reading(contacts, level, soak_s) for level in (current_A, -current_A))
        finally:
            self.disconnect()
        return plus, minus

    def _reading(self, contacts: Contacts, level_A: float, soak_s: float) -> HallReading:
        self.source.set_level(level_A)
        self._clock.sleep(soak_s)
        current = self.ammeter.current() if self.ammeter is not None else self._as_set(level_A)
        voltage = self.voltmeter.voltage()
        field = self.field_meter.field() if self.field_meter is not None else None
        limited = self.source.in_compliance()
        elsewhere = not limited and self._went_elsewhere(level_A, current)
        return HallReading(
            contacts,
            replace(voltage, in_compliance=voltage.in_compliance or limited),
            replace(current, in_compliance=current.in_compliance or limited),
            field,
            elsewhere,
        )

    def _went_elsewhere(self, level_A: float, current: Reading) -> bool:
        """Whether the ammeter misses some of the current; without one, nobody can tell."""
        if self.ammeter is None or current.value is None or not level_A:
            return False
        stated = self.ammeter.accuracy(current) if isinstance(self.ammeter, RangedAmmeter) else None
        return went_elsewhere(level_A, current.value, self.source.current_accuracy(), stated)

    def _as_set(self, level_A: float) -> Reading:
        return Reading(value=level_A, unit="A", time=self._clock.now(), raw="set")

    # ---- the field

    def go_to_field(
        self,
        field_T: float,
        *,
        settled_T: float = 2e-4,
        settle_s: float = 5.0,
        patience_s: float = 600.0,
    ) -> Reading:
        """Go there, through zero for a change of sign, and wait until the *measured* field has settled.

        Settled: no two readings within `settle_s` differ by more than `settled_T`. Returns the last of them,
        which is what the field is; the nominal field is only what was asked for. Raises InstrumentError with
        no field source or meter, or where the field does not settle within `patience_s`.
        """
        magnet, meter = self.field_source, self.field_meter
        if magnet is None or meter is None:
            raise InstrumentError(
                "there is no field source, or no field meter",
                instrument=self.name,
                state="nothing was sent",
                remedy="name both in the station file",
            )
        if self.supply is not None:
            self.supply.set_field(0.0)  # its own part; made safe before, it would not follow the gaussmeter
        present = meter.field()
        if field_T and (present.value is None or present.value * field_T < 0):
            magnet.set_field(0.0)
            self._wait_ramp(magnet, patience_s)
        magnet.set_field(field_T)
        self._wait_ramp(magnet, patience_s)
        return self._wait_settled(meter, settled_T, settle_s, patience_s)

    def _wait_ramp(self, magnet: FieldSource, patience_s: float) -> None:
        until = self._clock.now() + patience_s
        while magnet.is_ramping():
            if self.supply is not None:
                self.supply.is_ramping()  # raises for a fault
            if self._clock.now() >= until:
                raise self._impatient(f"the field is still on its way after {patience_s:g} s")
            self._clock.sleep(LOOK_S)

    def _wait_settled(
        self, meter: FieldMeter, settled_T: float, settle_s: float, patience_s: float
    ) -> Reading:
        until = self._clock.now() + patience_s
        seen: list[Reading] = []
        while True:
            latest = meter.field()
            seen = [one for one in seen if one.time > latest.time - settle_s - LOOK_S] + [latest]
            values = [one.value for one in seen if one.value is not None]
            long = seen[-1].time - seen[0].time >= settle_s
            if long and len(values) == len(seen) and max(values) - min(values) <= settled_T:
                return latest
            if self._clock.now() >= until:
                raise self._impatient(f"the measured field has not settled to {settled_T:g} T")
            self._clock.sleep(LOOK_S)

    # ---- safety

    def make_safe(self) -> SafeReport:
        """Source off, relays open, field to zero, meters: in this order, none stopping the others.

        Raises SafeStateError naming each that could not be verified.
        """
        parts: list[Instrument] = [self.source, self.switch]
        for other in (self.field_source, self.supply, self.ammeter, self.voltmeter, self.field_meter):
            if other is not None and all(other is not part for part in parts):
                parts.append(other)
        states, failures = [], []
        for part in parts:
            try:
                states.append(f"{part.name}: {part.make_safe().state}")
            except BenchError as error:
                failures.append(f"{part.name}: {error}")
        if failures:
            raise SafeStateError(
                "; ".join(failures),
                instrument=self.name,
                step="make_safe",
                state=f"verified: {'; '.join(states) or 'nothing'}",
                remedy="switch the named instruments off by hand",
            )
        return SafeReport(instrument=self.name, verified=True, state="; ".join(states))

    def _cold(self) -> None:
        """No relay moves under current."""
        self.source.set_output(False)

    def _impatient(self, what: str) -> InstrumentError:
        return InstrumentError(
            what,
            instrument=self.name,
            state="the field stays where it is",
            remedy="look at the supply and the probe; allow a wider settled_T for a noisy field",
        )
