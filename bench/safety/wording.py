"""What making safe came to, for a person: calm if all is well, loud if not."""

from __future__ import annotations

from collections.abc import Iterable

from bench.safety.outcome import SafeOutcome

BY_HAND = (
    "by hand, now: switch off what sources or heats, then disconnect what hangs on it; "
    "leave a protective gas on while anything is hot"
)
"""What a person does with instruments that are not safe. Holds for all: nobody reads a manual then."""


def summary(outcomes: Iterable[SafeOutcome]) -> str:
    """Unsafe instruments first and in capitals; one line each."""
    known = list(outcomes)
    if not known:
        return "No instrument was connected, so none had to be made safe."
    unsafe = [outcome for outcome in known if outcome.outcome != "verified"]
    verified = [
        f"  {outcome.instrument}: {outcome.state}" for outcome in known if outcome.outcome == "verified"
    ]
    if not unsafe:
        return "\n".join([f"All {len(known)} instruments are safe, verified by read-back:", *verified])
    lines = [f"NOT SAFE: {', '.join(outcome.instrument for outcome in unsafe)}. TREAT THE OUTPUTS AS LIVE."]
    for outcome in unsafe:
        lines.append(f"  {outcome.instrument}: {outcome.outcome.upper()}; state: {outcome.state}")
        if outcome.error:
            lines.append(f"    {outcome.error}")
    lines.append(f"  {BY_HAND[0].upper()}{BY_HAND[1:]}.")
    if verified:
        lines += ["Safe, verified by read-back:", *verified]
    return "\n".join(lines)
