"""Who answers: the current generation with a programmer, or something that has to be left alone.

Parameter 15H is a model word of four digits in V8 and V9 (V9.3, note 7); in V7 it is the programme's control
word, a byte whose upper half may be anything.
"""

from __future__ import annotations

from bench.core.roles import Identity
from drivers.aibus import NO_SUCH_PARAMETER

PROGRAMMERS = {5167: "AI-516P", 5187: "AI-518P", 5267: "AI-526P", 7167: "AI-716P", 7197: "AI-719P"}
_OTHERS = {
    5160: "AI-516",
    5180: "AI-518",
    5260: "AI-526",
    7160: "AI-716",
    7190: "AI-719",
    8080: "AI-8x8",
    8090: "AI-8x9",
    6080: "AI-8x6",
    9980: "AI-998",
    5010: "AI-500/501",
    7010: "AI-700/701",
}


def identified(word: int) -> Identity:
    """From parameter 15H; there is no serial number to read."""
    model = PROGRAMMERS.get(word)
    if model is None:
        model = _refused(word)
    return Identity("Yudian", model, "", "", f"YUDIAN,{model},,{word}")


def _refused(word: int) -> str:
    """What it is instead, in words for the error that refuses it."""
    if word in _OTHERS:
        return f"{_OTHERS[word]} which has no programmer that this driver knows"
    if 0 <= word <= 0xFF:
        return "a unit of the old generation (V7: the same codes mean other things there)"
    if word == NO_SUCH_PARAMETER:
        return "a unit that does not say its model"
    return "a unit whose model word is not in the table"
