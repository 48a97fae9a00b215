"""The flags and verdicts of a furnace run, word for word, so that programs can look for them."""

from __future__ import annotations

from typing import Final, Literal

Verdict = Literal["pass", "not measured", "marginal", "void", "fail"]
"""Of a result against its criterion; "marginal" where its margin decides, "not measured" where no instrument
was there to measure it, whatever a person has declared, "void" where it would not fail but the run did not
end as it should."""

NO_SOAK: Final = "no dwell was reached"
NO_VESSEL: Final = "vessel not measured"
GAPS: Final = "gaps in the record"
GAS_DECLARED: Final = "gas declared, not measured"
PRESSURE_DECLARED: Final = "pressure declared, not measured"
NOT_ALL_SEEN: Final = "not seen all the time"
NO_PERMIT: Final = "no permit to open"
ASSUMED_U: Final = "limit of error of the thermocouple assumed"
"""Class 1, type K, IEC 60584-1: 1.5 K up to 375 degC, 0.4 % above."""
