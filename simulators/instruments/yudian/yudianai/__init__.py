"""A simulated Yudian AI-518P: a controller with a programmer of fifty segments, by AIBUS; and an old one."""

from simulators.instruments.yudian.yudianai.instrument import YudianAI
from simulators.instruments.yudian.yudianai.old_generation import OldGeneration

__all__ = ["OldGeneration", "YudianAI"]
