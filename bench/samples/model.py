"""What is known of a sample before it is measured. The operator declares it, and may be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.core.errors import BenchError
from bench.core.files import did_you_mean

Numbering = Literal["counter-clockwise", "clockwise"]


class UnknownSampleError(BenchError):
    """No sample, or no pellet of it, has this name."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared value with its standard uncertainty `u`, both in `unit`; u is 0 where none was stated."""

    value: float
    u: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:.6g} {self.unit} (u = {self.u:.2g} {self.unit})"


@dataclass(frozen=True, slots=True)
class Pellet:
    """A pressed disc: `height` in m, `area` in m^2, `mass` in kg, pressing `pressure` in Pa.

    All pellets of one sample come from the same die, so the error of their areas is common to them: repeat
    measurements do not average it out.
    """

    id: str
    height: Declared
    area: Declared
    mass: Declared | None = None
    pressure: Declared | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """A film cast for the Hall rack: `thickness` in m.

    `numbering` is which way contacts 1 to 4 go around the rim, seen from where a positive field points to:
    the sign of a Hall voltage, and with it the type of the carriers, hangs on it. None: not declared.
    """

    thickness: Declared
    numbering: Numbering | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One material as synthesised.

    `true_density` (kg/m^3) is that of the solid without pores. `temperature_coefficient` (1/K) is
    d ln(sigma)/dT near room temperature.
    """

    name: str
    material: str
    batch: str | None = None
    true_density: Declared | None = None
    temperature_coefficient: Declared | None = None
    pellets: tuple[Pellet, ...] = ()
    notes: str = ""
    film: Film | None = None

    def pellet(self, id: str) -> Pellet:
        """The pellet of this id; raises UnknownSampleError naming the ones there are."""
        for pellet in self.pellets:
            if pellet.id == id:
                return pellet
        raise UnknownSampleError(
            f"sample '{self.name}' has no pellet '{id}'",
            remedy=did_you_mean(id, (pellet.id for pellet in self.pellets), what="its pellets"),
        )


@dataclass(frozen=True, slots=True)
class SampleBook(Mapping[str, Sample]):
    """All samples of one file, by name, in the order of the file."""

    samples: Mapping[str, Sample]
    path: Path

    def __getitem__(self, name: str) -> Sample:
        return self.samples[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.samples)

    def __len__(self) -> int:
        return len(self.samples)

    def sample(self, name: str) -> Sample:
        """The sample of this name; raises UnknownSampleError naming the ones there are."""
        if name not in self.samples:
            raise UnknownSampleError(
                f"{self.path.name} declares no sample '{name}'",
                remedy=did_you_mean(name, self.samples, what="its samples"),
            )
        return self.samples[name]
