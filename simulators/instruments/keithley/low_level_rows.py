"""How a world builds the Keithleys for small signals: current sources with nanovoltmeter, and voltmeters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from simulators.instruments.choices import mains_Hz, one_of
from simulators.instruments.keithley.keithley622x import Keithley622x, NanovoltmeterCable
from simulators.instruments.keithley.keithley2000 import Keithley2000
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.instruments.keithley.keithley2182a.instrument import Interface
from simulators.noise import between
from simulators.physics.sense_leads import SenseLeads, SensePoints
from simulators.tables import Table

if TYPE_CHECKING:
    from simulators.instruments.model import SimulatedInstrument, Site


def keithley2000_options(table: Table) -> dict[str, Any]:
    """Mains, and the thermal EMF of its leads."""
    return {
        "mains_Hz": mains_Hz(table),
        "thermal_emf_V": table.quantity("thermal_emf", "V", 1e-6),
        "emf_swing_V": table.quantity("thermal_emf_swing", "V", 1e-7),
        "serial": table.text("serial", "0597352"),
    }


def keithley2000(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    """Its input is at the sense contacts."""
    return Keithley2000(
        site.clock,
        name=site.name,
        seed=site.seed,
        terminals=_sense_leads(site, site.name, options, True),
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
    )


def _nanovoltmeter_options(table: Table, serial: str) -> dict[str, Any]:
    return {
        "mains_Hz": mains_Hz(table),
        "pickup_V": table.quantity("mains_pickup", "V", 1e-6),
        "thermal_emf_V": table.quantity("thermal_emf", "V", 1e-6),
        "emf_swing_V": table.quantity("thermal_emf_swing", "V", 1e-7),
        "serial": table.text("serial", serial),
    }


def _sense_leads(site: Site, name: str, options: Mapping[str, Any], sensed: bool) -> SenseLeads:
    """Leads to the sense contacts; the joints' EMF is drawn within the stated limit."""
    return SenseLeads(
        SensePoints((site.wired if sensed else None) or site.open_terminals),
        options["thermal_emf_V"] * between(site.seed, f"{name}/thermal emf", -1.0, 1.0),
        options["emf_swing_V"],
        phase=between(site.seed, f"{name}/thermal emf phase", 0.0, math.tau),
    )


def _nanovoltmeter(
    site: Site, name: str, options: Mapping[str, Any], interface: Interface, sensed: bool
) -> Keithley2182A:
    """A 2182A whose channel 1 is at the sense contacts."""
    return Keithley2182A(
        site.clock,
        name=name,
        seed=site.seed,
        channel_1=_sense_leads(site, name, options, sensed),
        room=site.surroundings,
        mains_Hz=options["mains_Hz"],
        pickup_V=options["pickup_V"],
        interface=interface,
        serial=options["serial"],
    )


def keithley2182a_options(table: Table) -> dict[str, Any]:
    """Mains and what it picks up of it, the thermal EMF of its leads, the interface in use."""
    return {
        **_nanovoltmeter_options(table, "2182001"),
        "interface": "RS-232" if one_of(table, "interface", "gpib", "rs232") == "rs232" else "GPIB",
    }


def keithley2182a(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    """Channel 1 is at the sense contacts."""
    return _nanovoltmeter(site, site.name, options, options["interface"], True)


def keithley622x_options(table: Table) -> dict[str, Any]:
    """Interlock, whether a nanovoltmeter hangs on it and by which cables, and what that one wants to know."""
    attached = one_of(table, "nanovoltmeter", "2182A", "none") == "2182A"
    found: dict[str, Any] = {
        "interlock_closed": one_of(table, "interlock", "closed", "open") == "closed",
        "trigger_link": one_of(table, "trigger_link", "connected", "missing") == "connected",
        "attached": attached,
    }
    return found | _nanovoltmeter_options(table, "6220001")


def keithley622x(model: Literal["6220", "6221"]) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    """Force contacts at the triax of the source, sense contacts at channel 1 of the meter behind it."""

    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        cable = None
        if options["attached"]:
            name = f"{site.name} nanovoltmeter"
            meter = _nanovoltmeter(site, name, options, "RS-232", site.sense_wired)
            cable = NanovoltmeterCable(meter, trigger_link=options["trigger_link"])
        return Keithley622x(
            site.clock,
            name=site.name,
            seed=site.seed,
            output=site.wired or site.open_terminals,
            model=model,
            cable=cable,
            interlock_closed=options["interlock_closed"],
            serial=options["serial"],
        )

    return build
