"""Field types for files: quantities as text or number, and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bench.core.errors import BenchError, QuantityError
from bench.core.quantities import parse_quantity

_CHECK_NUMBER = "check the number and its unit"


@dataclass(frozen=True, slots=True)
class QuantityField:
    """`Annotated[float, QuantityField("m", above=0.0)]`: a length that reads as metres after loading.

    `above` is an exclusive and `at_least` an inclusive lower bound in `unit`; `difference` as for
    `parse_quantity`.
    """

    unit: str
    above: float | None = None
    at_least: float | None = None
    difference: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._checked)

    def _checked(self, value: Any) -> float:
        try:
            number = parse_quantity(value, self.unit, difference=self.difference)
            if self.above is not None and not number > self.above:
                raise QuantityError(
                    f"{value!r} is not above {self.above:g} {self.unit}", remedy=_CHECK_NUMBER
                )
            if self.at_least is not None and not number >= self.at_least:
                raise QuantityError(f"{value!r} is below {self.at_least:g} {self.unit}", remedy=_CHECK_NUMBER)
        except QuantityError as error:
            raise as_pydantic(error) from error
        return number


def as_pydantic(error: BenchError) -> PydanticCustomError:
    """The error in pydantic's form, with the remedy kept apart."""
    return PydanticCustomError("bench", "{what}", {"what": error.what, "remedy": error.remedy or ""})


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")


def _checked_name(text: str) -> str:
    if _NAME.fullmatch(text) is None or len(text) > 64:
        raise PydanticCustomError(
            "bench",
            "{what}",
            {
                "what": f"{text[:64]!r} cannot be a name",
                "remedy": "up to 64 letters, digits, '-', '_' and '.', beginning with a letter or digit",
            },
        )
    return text


Name = Annotated[str, AfterValidator(_checked_name)]
"""What files and folders may also be called: no space, no slash, nothing that a shell or Windows minds."""
