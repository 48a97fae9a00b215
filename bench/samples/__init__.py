"""Samples as the operator declares them: material and dimensions with standard uncertainties, in SI units."""

from bench.samples.load import check_samples, load_samples
from bench.samples.model import Declared, Film, Pellet, Sample, SampleBook

__all__ = ["Declared", "Film", "Pellet", "Sample", "SampleBook", "check_samples", "load_samples"]
