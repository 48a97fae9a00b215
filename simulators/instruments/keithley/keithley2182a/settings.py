"""What a Model 2182A remembers about measuring, with its *RST values (user's manual, section 15 tables)."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.instruments.keithley.keithley2182a.ranges import CHANNELS


@dataclass(slots=True)
class ChannelState:
    """One voltage channel. Filter defaults (on, moving, 10 readings, 0.01 % window) are from memory."""

    range_auto: bool = True
    range_index: int = 0
    analog_filter: bool = False
    filter: bool = True
    filter_control: str = "MOV"
    filter_count: int = 10
    filter_window: float = 0.01
    reference_V: float = 0.0
    relative: bool = False


def _channels() -> dict[int, ChannelState]:
    return {channel: ChannelState(range_index=len(table) - 1) for channel, table in CHANNELS.items()}


@dataclass(slots=True)
class Settings:
    """The whole instrument after *RST."""

    function: str = "VOLT:DC"
    channel: int = 1
    nplc: float = 5.0
    digits: int = 8
    autozero: bool = True
    front_autozero: bool = True
    line_sync: bool = False
    continuous: bool = False
    trigger_source: str = "IMM"
    trigger_count: float = 1
    trigger_delay_s: float = 0.0
    samples: int = 1
    channels: dict[int, ChannelState] = field(default_factory=_channels)

    @property
    def active(self) -> ChannelState:
        """The voltage channel that is selected."""
        return self.channels[self.channel or 1]
