"""What a Model 2450 answers to SCPI while another command set is in force.

Common commands work in every language (reference manual 2450-901-01 Rev. B, p. B-1), so that *IDN? and *LANG
can always be sent. TSP takes everything else for Lua and finds a syntax error: no reply, an event -285 (code
and wording as TSP instruments report them, from memory). With the 2400 command set, the headers that are the
2450's own are unknown, -113; the 2400's own are not simulated here and answer the same.
"""

from __future__ import annotations

_LEGACY = ("SYST:ERR?", "SYSTEM:ERROR?", "SYST:ERR:NEXT?", "SYSTEM:ERROR:NEXT?")


def refusal(language: str, message: str) -> tuple[int, str] | None:
    """Code and text of the error that a message causes; None if it is understood."""
    units = [unit.strip() for unit in message.split(";") if unit.strip()]
    if language == "SCPI" or all(unit.startswith("*") for unit in units):
        return None
    if language == "SCPI2400":
        if all(unit.startswith("*") or unit.upper().lstrip(":") in _LEGACY for unit in units):
            return None
        return -113, "Undefined header"
    word = next(unit for unit in units if not unit.startswith("*"))
    near = word[0] if not word[0].isalpha() else word.partition(" ")[2][:1] or "<eof>"
    return -285, f"TSP Syntax error at line 1: unexpected symbol near `{near}'"
