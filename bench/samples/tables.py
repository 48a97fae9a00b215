"""The tables of a samples file, as pydantic models: which keys there are, their units and bounds."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from bench.core.files import FileModel, Name, QuantityField
from bench.samples.model import Declared, Film, Numbering, Pellet, Sample


class DeclaredTable(FileModel):
    """`{ value = "1.00 mm", u = "20 um" }`; a bare text or number stands for the value alone."""

    unit: ClassVar[str]
    value: float
    u: float

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, data: Any) -> Any:
        return data if isinstance(data, dict | list) else {"value": data}

    def declared(self) -> Declared:
        """In SI units."""
        return Declared(self.value, self.u, self.unit)


class Length(DeclaredTable):
    """A length above zero, in metres; the uncertainty has to be stated."""

    unit = "m"
    value: Annotated[float, QuantityField("m", above=0.0)] = Field(examples=['"1.00 mm"'])
    u: Annotated[float, QuantityField("m", at_least=0.0)] = Field(examples=['"20 um"'])


class Area(DeclaredTable):
    """An area above zero, in square metres; the uncertainty has to be stated."""

    unit = "m^2"
    value: Annotated[float, QuantityField("m^2", above=0.0)] = Field(examples=['"1.000 cm^2"'])
    u: Annotated[float, QuantityField("m^2", at_least=0.0)] = Field(examples=['"0.005 cm^2"'])


class Mass(DeclaredTable):
    """A mass above zero, in kilograms; the uncertainty has to be stated."""

    unit = "kg"
    value: Annotated[float, QuantityField("kg", above=0.0)] = Field(examples=['"0.140 g"'])
    u: Annotated[float, QuantityField("kg", at_least=0.0)] = Field(examples=['"1 mg"'])


class TemperatureCoefficient(DeclaredTable):
    """d ln(sigma)/dT in 1/K, of either sign; the uncertainty has to be stated."""

    unit = "1/K"
    value: Annotated[float, QuantityField("1/K")] = Field(examples=['"0.01 1/K"'])
    u: Annotated[float, QuantityField("1/K", at_least=0.0)] = Field(examples=['"0.003 1/K"'])


class Density(DeclaredTable):
    """A density above zero, in kg/m^3."""

    unit = "kg/m^3"
    value: Annotated[float, QuantityField("kg/m^3", above=0.0)] = Field(examples=['"2.33 g/cm^3"'])
    u: Annotated[float, QuantityField("kg/m^3", at_least=0.0)] = 0.0


class Pressure(DeclaredTable):
    """A pressure above zero, in pascal."""

    unit = "Pa"
    value: Annotated[float, QuantityField("Pa", above=0.0)] = Field(examples=['"50 MPa"'])
    u: Annotated[float, QuantityField("Pa", at_least=0.0)] = 0.0


class PelletTable(FileModel):
    """One `[[samples.NAME.pellets]]`. That exactly one of area and diameter stands there is checked apart."""

    id: Name = Field(examples=['"a"'])
    height: Length = Field(examples=['{ value = "1.00 mm", u = "20 um" }'])
    area: Area | None = None
    diameter: Length | None = None
    mass: Mass | None = None
    pressure: Pressure | None = None

    def pellet(self) -> Pellet:
        """In SI units, with the area worked out from the diameter where that was given."""
        area = self.area.declared() if self.area is not None else None
        if area is None:
            assert self.diameter is not None
            area = area_of_disc(self.diameter.declared())
        return Pellet(
            id=self.id,
            height=self.height.declared(),
            area=area,
            mass=self.mass.declared() if self.mass is not None else None,
            pressure=self.pressure.declared() if self.pressure is not None else None,
        )


class FilmTable(FileModel):
    """`[samples.NAME.film]`."""

    thickness: Length = Field(examples=['{ value = "10 um", u = "0.5 um" }'])
    contacts: Numbering | None = Field(default=None, examples=['"counter-clockwise"'])

    def film(self) -> Film:
        """In SI units."""
        return Film(self.thickness.declared(), self.contacts)


class SampleTable(FileModel):
    """One `[samples.NAME]`."""

    material: str = Field(min_length=1, examples=['"QMS(0.7)"'])
    batch: str | None = None
    true_density: Density | None = None
    temperature_coefficient: TemperatureCoefficient | None = None
    pellets: list[PelletTable] = Field(default_factory=list)
    film: FilmTable | None = None
    notes: str = ""

    def sample(self, name: str) -> Sample:
        """In SI units."""
        density, coefficient = self.true_density, self.temperature_coefficient
        return Sample(
            name=name,
            material=self.material,
            batch=self.batch,
            true_density=density.declared() if density is not None else None,
            temperature_coefficient=coefficient.declared() if coefficient is not None else None,
            pellets=tuple(table.pellet() for table in self.pellets),
            notes=self.notes,
            film=self.film.film() if self.film is not None else None,
        )


class SamplesFile(FileModel):
    """The whole file."""

    samples: dict[Name, SampleTable] = Field(examples=["a table [samples.NAME] for each sample"])


def area_of_disc(diameter: Declared) -> Declared:
    """A = pi d^2/4 in m^2, u(A) = (dA/dd) u(d) = (pi d/2) u(d) (GUM 5.1.2, first order)."""
    area = math.pi * diameter.value**2 / 4
    return Declared(area, math.pi * diameter.value / 2 * diameter.u, "m^2")
