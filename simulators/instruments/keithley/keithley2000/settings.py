"""What a Model 2000 remembers about measuring volts, with its *RST values (2000-900-01, section 5 tables)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """The DC voltage function after *RST."""

    function: str = "VOLT:DC"
    nplc: float = 1.0
    digits: int = 7
    range_auto: bool = True
    range_index: int = 4
    filter: bool = False
    filter_control: str = "MOV"
    filter_count: int = 10
    reference_V: float = 0.0
    relative: bool = False
    autozero: bool = True
    continuous: bool = False
    trigger_source: str = "IMM"
    trigger_count: float = 1
    trigger_delay_s: float = 0.0
    samples: int = 1
