"""Who a controller of the 2000 series says it is (HA026230 issue 3, 5.4)."""

from __future__ import annotations

from bench.core.roles import Identity

_SIZES = {4: "2404", 6: "2416", 8: "2408"}
"""By the size digit; the last digit tells PID (0) from valve positioning (2)."""


def identified(code: int, version: int) -> Identity:
    """From registers 122 (>24x0) and 107 (>XXYY); there is no serial number to read."""
    series = code >> 8 == 0x24
    model = _SIZES.get(code >> 4 & 0xF, f"24?? ({code:04X})") if series else f"of identifier {code:04X}"
    firmware = f"{version >> 8:X}.{version & 0xFF:02X}"
    return Identity("Eurotherm", model, "", firmware, f"EUROTHERM,{model},,{firmware}")
