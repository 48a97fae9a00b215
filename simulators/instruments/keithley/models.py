"""The simulated instruments of Keithley, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

from simulators.backends.serial_line import SerialLine
from simulators.instruments.keithley.keithley622x import Keithley622x, NanovoltmeterCable
from simulators.instruments.keithley.keithley2000 import Keithley2000
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.instruments.keithley.keithley2182a.instrument import Interface
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.instruments.keithley.keithley2450.system_commands import LANGUAGES
from simulators.instruments.keithley.keithley7001 import Keithley7001
from simulators.instruments.keithley.keithley7001.cards import CARDS
from simulators.instruments.keithley.picoammeter import Picoammeter
from simulators.instruments.model import Model, SimulatedInstrument, Site, mains_frequency_Hz, one_of
from simulators.noise import between
from simulators.physics.electrical import Circuit
from simulators.physics.nothing import NOTHING
from simulators.physics.sense_leads import SenseLeads, SensePoints
from simulators.physics.terminals import VoltageSeen
from simulators.plugs import Plug
from simulators.tables import Table


def _source_meter_options(table: Table, serial: str) -> dict[str, Any]:
    mains_Hz = mains_frequency_Hz(table)
    terminals = one_of(table, "terminals", "front", "rear")
    return {"mains_Hz": mains_Hz, "terminals": terminals, "serial": table.text("serial", serial)}


def _seen_at(terminals: str, site: Site, options: Mapping[str, Any]) -> Circuit:
    """What "front" or "rear" sees: the wires are at one of them."""
    wired = site.wired or site.open_terminals
    return wired if options["terminals"] == terminals else site.open_terminals


def _keithley2400_options(table: Table) -> dict[str, Any]:
    return _source_meter_options(table, "1234567")


def _keithley2400(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley2400(
        site.clock,
        name=site.name,
        seed=site.seed,
        front=_seen_at("front", site, options),
        rear=_seen_at("rear", site, options),
        sense_wired=site.sense_wired,
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
    )


def _keithley2450_options(table: Table) -> dict[str, Any]:
    return {
        **_source_meter_options(table, "04123456"),
        "language": one_of(table, "language", *LANGUAGES),
        "interlock_closed": one_of(table, "interlock", "open", "closed") == "closed",
    }


def _keithley2450(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley2450(
        site.clock,
        name=site.name,
        seed=site.seed,
        front=_seen_at("front", site, options),
        rear=_seen_at("rear", site, options),
        sense_wired=site.sense_wired,
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
        language=options["language"],
        interlock_closed=options["interlock_closed"],
    )


def _keithley2000_options(table: Table) -> dict[str, Any]:
    mains_Hz = mains_frequency_Hz(table)
    return {
        "mains_Hz": mains_Hz,
        "thermal_emf_V": table.quantity("thermal_emf", "V", 1e-6),
        "emf_swing_V": table.quantity("thermal_emf_swing", "V", 1e-7),
        "serial": table.text("serial", "0597352"),
    }


def _keithley2000(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley2000(
        site.clock,
        name=site.name,
        seed=site.seed,
        terminals=_sense_leads(site, site.name, options, site.voltage()),
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
    )


def _nanovoltmeter_options(table: Table, serial: str) -> dict[str, Any]:
    mains_Hz = mains_frequency_Hz(table)
    return {
        "mains_Hz": mains_Hz,
        "pickup_V": table.quantity("mains_pickup", "V", 1e-6),
        "thermal_emf_V": table.quantity("thermal_emf", "V", 1e-6),
        "emf_swing_V": table.quantity("thermal_emf_swing", "V", 1e-7),
        "serial": table.text("serial", serial),
    }


def _sense_leads(site: Site, name: str, options: Mapping[str, Any], seen: VoltageSeen) -> SenseLeads:
    """Leads that end at `seen`; the joints' EMF is drawn within the stated limit."""
    return SenseLeads(
        seen,
        options["thermal_emf_V"] * between(site.seed, f"{name}/thermal emf", -1.0, 1.0),
        options["emf_swing_V"],
        phase=between(site.seed, f"{name}/thermal emf phase", 0.0, math.tau),
    )


def _nanovoltmeter(
    site: Site, name: str, options: Mapping[str, Any], interface: Interface, seen: VoltageSeen
) -> Keithley2182A:
    """A 2182A whose channel 1 is at the end of such leads."""
    return Keithley2182A(
        site.clock,
        name=name,
        seed=site.seed,
        channel_1=_sense_leads(site, name, options, seen),
        room=site.surroundings,
        mains_Hz=options["mains_Hz"],
        pickup_V=options["pickup_V"],
        interface=interface,
        serial=options["serial"],
    )


def _keithley2182a_options(table: Table) -> dict[str, Any]:
    return {
        **_nanovoltmeter_options(table, "2182001"),
        "interface": {"gpib": "GPIB", "rs232": "RS-232"}.get(
            one_of(table, "interface", "gpib", "rs232"), "GPIB"
        ),
    }


def _keithley2182a(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return _nanovoltmeter(site, site.name, options, options["interface"], site.voltage())


def _keithley622x_options(table: Table) -> dict[str, Any]:
    attached = one_of(table, "nanovoltmeter", "2182A", "none") == "2182A"
    found: dict[str, Any] = {
        "interlock_closed": one_of(table, "interlock", "closed", "open") == "closed",
        "trigger_link": one_of(table, "trigger_link", "connected", "missing") == "connected",
        "attached": attached,
    }
    return found | _nanovoltmeter_options(table, "6220001")


def _keithley622x(model: Literal["6220", "6221"]) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    """Force contacts at the triax of the source, sense contacts at channel 1 of the meter behind it."""

    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        circuit = site.circuit()
        cable = None
        if options["attached"]:
            name = f"{site.name} nanovoltmeter"
            seen = SensePoints(circuit) if site.sensed() else NOTHING
            meter = _nanovoltmeter(site, name, options, "RS-232", seen)
            cable = NanovoltmeterCable(meter, trigger_link=options["trigger_link"])
        return Keithley622x(
            site.clock,
            name=site.name,
            seed=site.seed,
            output=circuit,
            model=model,
            cable=cable,
            interlock_closed=options["interlock_closed"],
            serial=options["serial"],
        )

    return build


def _keithley7001_options(table: Table) -> dict[str, Any]:
    slot = table.quantity("slot", "", 1.0)
    if slot not in (1.0, 2.0):
        table.problem("slot", "must be 1 or 2")
    return {
        "slot": 2 if slot == 2.0 else 1,
        "declared_card": one_of(table, "declared_card", "NONE", *CARDS),
        "serial": table.text("serial", "0700101"),
    }


def _keithley7001(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley7001(site.clock, name=site.name, relays=site.crosspoints(), **options)


def _picoammeter_options(table: Table) -> dict[str, Any]:
    return {"mains_Hz": mains_frequency_Hz(table), "serial": table.text("serial", "6485001")}


def _picoammeter(model: Literal["6485", "6487"]) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        return Picoammeter(
            site.clock, name=site.name, seed=site.seed, terminals=site.current(), model=model, **options
        )

    return build


SOURCE_METER_TERMINALS = frozenset({"force_high", "force_low", "sense_high", "sense_low"})
"""Of a current source with a nanovoltmeter behind it: the source's output and the meter's channel 1."""

KEITHLEY: Mapping[str, Model] = {
    "keithley2000": Model(
        _keithley2000,
        _keithley2000_options,
        terminals=frozenset({"sense_high", "sense_low"}),
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.VOLTMETER},
    ),
    "keithley2182a": Model(
        _keithley2182a,
        _keithley2182a_options,
        terminals=frozenset({"sense_high", "sense_low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.VOLTMETER},
    ),
    "keithley6220": Model(
        _keithley622x("6220"),
        _keithley622x_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley6221": Model(
        _keithley622x("6221"),
        _keithley622x_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2400": Model(
        _keithley2400,
        _keithley2400_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2450": Model(
        _keithley2450,
        _keithley2450_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=2e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley7001": Model(
        _keithley7001,
        _keithley7001_options,
        terminals=frozenset(f"row_{row}" for row in range(1, 5)),
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.SWITCH},
    ),
    "keithley6485": Model(
        _picoammeter("6485"),
        _picoammeter_options,
        terminals=frozenset({"high", "low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.AMMETER},
    ),
    "keithley6487": Model(
        _picoammeter("6487"),
        _picoammeter_options,
        terminals=frozenset({"high", "low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.AMMETER},
    ),
}
