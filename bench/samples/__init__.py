"""Samples as the operator declares them: material and dimensions with standard uncertainties, in SI units."""

from bench.samples.batch import Batch
from bench.samples.load import check_samples, load_samples
from bench.samples.model import Declared, Film, Pellet, Sample, SampleBook

__all__ = ["Batch", "Declared", "Film", "Pellet", "Sample", "SampleBook", "check_samples", "load_samples"]
