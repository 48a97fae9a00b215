"""The flags a result of the Hall rack can carry, word for word, so that programs can look for them."""

from __future__ import annotations

from typing import Final

TYPE: Final = {
    "n": "n-type: R_H is negative in the stated convention",
    "p": "p-type: R_H is positive in the stated convention",
}
SIGN_NOT_RESOLVED: Final = "sign not resolved: R_H is smaller than its uncertainty"
NUMBERING_ASSUMED: Final = "contact order not declared: counter-clockwise assumed"
ONE_CARRIER: Final = "one kind of carrier and Hall factor 1 assumed"
SKEWED: Final = "interval not symmetric"
NO_THICKNESS: Final = "thickness not declared"
NO_THICKNESS_U: Final = "uncertainty of the thickness not declared"
NO_SHEET: Final = "sheet resistance not resolved"
CHECK_FAILED: Final = "check failed"
"""Followed by the names of the checks: reversal, reciprocity, homogeneity."""
RIM_NOT_POSITIVE: Final = (
    "a resistance around the rim is not above zero: contacts out of order, or not touching"
)
NOT_OHMIC: Final = "contact not ohmic"
"""Followed by the numbers of the contacts, as the next one."""
NOT_RESOLVED: Final = "contact's curve hidden by noise"
LOWERED: Final = "current lowered"
"""Followed by the current that was asked for, the one that was used, and why."""
ELSEWHERE: Final = "current went elsewhere (leak, open contact, wrong relay)"
"""Followed by how much is missing, and where; no result is stated."""
CURRENT_AS_SET: Final = "current as set, not measured: a leak goes unseen"
SETS_DISAGREE: Final = "R_HC and R_HD differ by more than 10 %"
TOO_FEW: Final = "too few usable points"
LEFT_OUT: Final = "readings left out (compliance or overload)"
NOT_SETTLED: Final = "voltage not settled"
FIELD_NOT_SETTLED: Final = "field not settled"
TYPE_A_ONLY: Final = "type A only"
CURVED: Final = "Hall resistance not proportional to the field (cubic term): several carriers or magnetism"
STEP: Final = "Hall resistance does not go through zero with the field: magnetism, or an error of the field"
HYSTERESIS: Final = "Hall resistance depends on the direction of the sweep"
EVEN: Final = "part of the Hall resistance does not change sign with the field"
GAPS: Final = "cut off and taken up again"
"""Followed by how often."""
GAP_FIELD: Final = "after an interruption the same setting of the magnet gave another field"
GAP_HALL: Final = "after an interruption the Hall resistance in the same field was another"
GAP_FILM: Final = "after an interruption the film's resistance was another"
GAP_MOUNTED: Final = "film mounted again after an interruption"
HALVES: Final = "slopes before and after an interruption differ"
SCATTER: Final = "residuals larger than the readings explain"
