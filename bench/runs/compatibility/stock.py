"""A procedure written for stock pymeasure, run by the bench: its rows, stop flag, time and VISA."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from pymeasure.experiment import Procedure as PymeasureProcedure

from bench.core.clock.interface import Clock
from bench.core.clock.third_party import third_party_time
from bench.core.errors import RunAbortedError
from bench.core.quantities import parse_quantity
from bench.runs.columns import Column, Value
from bench.runs.procedure import Procedure

_LABEL = re.compile(r"(?P<name>.*\S)\s*\((?P<unit>[\w/()*]+)\)")
"""The units that pymeasure itself recognises in a column label (its Procedure.parse_columns)."""


class StockProcedure(Procedure):
    """Runs `stock_class`, a pymeasure Procedure that knows nothing of the bench.

    It opens its instruments itself. Every exit makes the instruments of the run safe, as for any other
    procedure. An abort reaches it as `should_stop()`; one that never asks is stopped in `emit`.
    """

    stock_class: ClassVar[type[Any]] = PymeasureProcedure
    resume = "restart"

    def __init__(self, **parameters: Any) -> None:
        self.stock = self.stock_class()
        self._names = dict(
            zip(self.stock.DATA_COLUMNS, (column.name for column in self.columns), strict=True)
        )
        self._dropped: set[str] = set()
        super().__init__(**parameters)

    def parameter_objects(self) -> dict[str, Any]:
        """The stock procedure's own."""
        objects: dict[str, Any] = self.stock.parameter_objects()
        return objects

    def parameter_values(self) -> dict[str, Any]:
        """The stock procedure's own."""
        values: dict[str, Any] = self.stock.parameter_values()
        return values

    def set_parameters(self, parameters: Mapping[str, Any], except_missing: bool = True) -> None:
        """The stock procedure's own."""
        self.stock.set_parameters(parameters, except_missing)

    def check_parameters(self) -> None:
        """The stock procedure's own."""
        self.stock.check_parameters()

    def startup(self) -> None:
        """Connect its emit and stop flag to the run, then its startup; its metadata become facts."""
        self.stock.emit = self._emit
        self.stock.should_stop = lambda: self.context.should_stop
        self.stock.is_last = lambda: False
        self.stock.startup()
        if self.context.should_stop:
            return
        self.stock.evaluate_metadata()
        for name, metadata in self.stock.metadata_objects().items():
            self.context.fact(name, str(metadata))

    def execute(self) -> None:
        """Its own."""
        if not self.context.should_stop:  # pymeasure does not execute after a stop in startup either
            self.stock.execute()

    def shutdown(self) -> None:
        """Its own."""
        self.stock.shutdown()

    def _emit(self, topic: str, record: Any) -> None:
        if topic == "results":
            self._measure(record)
        elif topic == "batch results":
            for row in _rows_of(record):
                self._measure(row)
        elif topic == "progress":
            self.context.progress(float(record) / 100.0)
        else:
            self.context.note(f"emitted {topic}", record=str(record))

    def _measure(self, record: Mapping[str, Any]) -> None:
        """Store what pymeasure would: its columns, a missing one empty, others left out (and named once)."""
        others = sorted(set(map(str, record)) - set(self._names) - self._dropped)
        if others:
            self._dropped.update(others)
            self.context.note(
                "emitted columns that the procedure does not declare; they are not stored", columns=others
            )
        columns = {column.name: column for column in self.columns}
        row = {name: _value(columns[name], record.get(label)) for label, name in self._names.items()}
        try:
            self.context.measure(row)
        except RunAbortedError:
            # the row is stored, and should_stop says the rest; the gate raises for good if nobody asks
            return


def adopt(stock_class: type[Any], name: str) -> type[StockProcedure]:
    """The bench procedure that runs `stock_class` under `name`."""
    labels = tuple(stock_class().DATA_COLUMNS)
    declared = {
        "stock_class": stock_class,
        "name": name,
        "title": (stock_class.__doc__ or stock_class.__name__).strip().splitlines()[0],
        "columns": stock_columns(labels),
        "__module__": __name__,
    }
    return type(f"Stock{stock_class.__name__}", (StockProcedure,), declared)


def stock_columns(labels: Sequence[str]) -> tuple[Column, ...]:
    """Columns from labels of pymeasure: "Voltage (V)" is a number in V; without a unit it may be anything."""
    columns: list[Column] = []
    taken = {"Attempt"}  # the bench adds that one
    for label in labels:
        match = _LABEL.fullmatch(label)
        name, unit = (match["name"], match["unit"]) if match else (label, "")
        name = _plain(label if name in taken else name)
        while name in taken:
            name += "'"
        taken.add(name)
        columns.append(Column(name, unit, "number" if unit else "text"))
    return tuple(columns)


def _plain(name: str) -> str:
    """Without what a column name of ours may not hold."""
    return " ".join(name.replace(" / ", " per ").split()).removeprefix("/ ") or "column"


def _value(column: Column, value: Any) -> Value:
    if hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0 and not hasattr(value, "units"):
        value = value.item()
    if value is None:
        return None
    if column.kind == "text":
        return value if isinstance(value, str) else str(value)
    if hasattr(value, "m_as"):  # a pint quantity
        value = float(value.m_as(column.unit))
    elif isinstance(value, str):
        value = parse_quantity(value, column.unit)
    if isinstance(value, float) and math.isnan(value):
        return None  # pymeasure's word for "no value"
    number: Value = value
    return number


def _rows_of(batch: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*batch.values(), strict=True):
        yield dict(zip(batch, values, strict=True))


@contextmanager
def stock_surroundings(clock: Clock, visa_library: str | None) -> Iterator[None]:
    """While a stock procedure runs: `time.sleep` follows `clock`, and VISA resources are those of the world.

    `visa_library` is what pyvisa takes by default in this process (PYVISA_LIBRARY); None leaves it alone.
    """
    before = os.environ.get("PYVISA_LIBRARY")
    with third_party_time(clock):
        if visa_library is not None:
            os.environ["PYVISA_LIBRARY"] = visa_library
        try:
            yield
        finally:
            if visa_library is not None:
                _restore("PYVISA_LIBRARY", before)


def _restore(variable: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value
