"""VISA resource names: is it one, which instrument does it mean, and which port does it share with others."""

from __future__ import annotations

import re
from typing import Any

from bench.core.errors import BenchError

EXAMPLES = (
    "GPIB0::24::INSTR, ASRL3::INSTR (COM3), ASRL/dev/ttyUSB0::INSTR, TCPIP0::192.168.0.5::INSTR, "
    "TCPIP0::192.168.0.5::5025::SOCKET or USB0::0x05E6::0x2450::SERIAL::INSTR"
)
_SERIAL_PORT = re.compile(r"(?:ASRL)?(?:COM(\d+)|(/dev/\S+))", re.IGNORECASE)


class ResourceNameError(BenchError):
    """A text is not a VISA resource name; nothing was opened."""


def canonical(resource: str) -> str:
    """The same text for every way to write the same instrument; raises ResourceNameError with a remedy.

    The grammar is pyvisa's (VISA specification VPP-4.3, section 4.3.1); GPIB addresses have to be 0 to 30.
    """
    parsed = _parsed(resource)
    if parsed.interface_type == "ASRL":
        return f"ASRL{_serial_port(parsed.board)}::INSTR"
    return str(parsed).casefold()


def port(resource: str) -> str:
    """What only one transaction at a time can use: the GPIB board, the serial line, the socket, the device.

    A GPIB bus is held by whoever talks or listens on it, so its instruments share one port; so do
    instruments behind one LAN gateway. Raises ResourceNameError.
    """
    parsed = _parsed(resource)
    kind = parsed.interface_type
    if kind == "GPIB":
        return f"GPIB{parsed.board}"
    if kind == "TCPIP" and parsed.resource_class == "INSTR" and "," in parsed.lan_device_name:
        return f"TCPIP {parsed.host_address} {parsed.lan_device_name.split(',')[0]}".casefold()
    return canonical(resource)


def _parsed(resource: str) -> Any:  # pyvisa declares the fields of its classes at run time
    from pyvisa import rname

    if re.search(r"\s", resource):
        raise ResourceNameError(f"{resource!r} has white space in it", remedy=f"write it like {EXAMPLES}")
    parsed: Any
    try:
        parsed = rname.ResourceName.from_string(resource)
    except ValueError as error:
        raise ResourceNameError(
            f"{resource!r} is not a VISA resource name", remedy=_remedy(resource)
        ) from error
    if parsed.interface_type == "GPIB" and parsed.resource_class == "INSTR":
        for address in (parsed.primary_address, parsed.secondary_address):
            if address is not None and not _is_address(address):
                raise ResourceNameError(
                    f"{resource!r} has the GPIB address {address!r}",
                    remedy="an address is a number from 0 to 30, as in GPIB0::24::INSTR",
                )
    return parsed


def _is_address(text: str) -> bool:
    """A GPIB address: 0 to 30 (IEEE 488.1)."""
    return re.fullmatch(r"[0-9]{1,2}", text) is not None and int(text) <= 30


def _remedy(resource: str) -> str:
    serial = _SERIAL_PORT.fullmatch(resource)
    if serial:
        return f"write ASRL{serial[1] or serial[2]}::INSTR"
    if _is_address(resource):
        return f"write GPIB0::{resource}::INSTR"
    return f"write it like {EXAMPLES}; 'bench scan' lists what is connected"


def _serial_port(board: str) -> str:
    """COM3, com3 and 3 are one port; names of devices keep their case."""
    number = re.fullmatch(r"(?:COM)?(\d+)", board, re.IGNORECASE)
    return number[1] if number else board
