"""What interlock rules say, and bringing instruments to their safe state whatever else goes wrong."""

from bench.safety.make_safe import SAFE_TIMEOUT_S, make_safe_all
from bench.safety.outcome import SafeOutcome, all_verified
from bench.safety.wording import BY_HAND, summary

__all__ = ["BY_HAND", "SAFE_TIMEOUT_S", "SafeOutcome", "all_verified", "make_safe_all", "summary"]
