"""A sample as plain JSON and back, for the run folder: the declaration as it was when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.samples.model import Declared, Film, Pellet, Sample


def sample_as_json(sample: Sample) -> dict[str, Any]:
    """Plain dicts and lists; quantities as {"value", "u", "unit"} in SI."""
    document = asdict(sample)
    document["pellets"] = list(document["pellets"])
    return document


def sample_from_json(document: Mapping[str, Any]) -> Sample:
    """The sample that `sample_as_json` was given. Raises KeyError or TypeError for anything else."""
    return Sample(
        name=document["name"],
        material=document["material"],
        batch=document["batch"],
        true_density=_declared(document["true_density"]),
        temperature_coefficient=_declared(document["temperature_coefficient"]),
        pellets=tuple(_pellet(pellet) for pellet in document["pellets"]),
        notes=document["notes"],
        film=_film(document.get("film")),  # a run of before films had none
    )


def _film(document: Mapping[str, Any] | None) -> Film | None:
    if document is None:
        return None
    thickness = _declared(document["thickness"])
    if thickness is None:
        raise TypeError("the film has no thickness")
    return Film(thickness, document.get("numbering"))


def _pellet(document: Mapping[str, Any]) -> Pellet:
    height, area = _declared(document["height"]), _declared(document["area"])
    if height is None or area is None:
        raise TypeError(f"the pellet {document['id']!r} has no height or no area")
    return Pellet(document["id"], height, area, _declared(document["mass"]), _declared(document["pressure"]))


def _declared(document: Mapping[str, Any] | None) -> Declared | None:
    return None if document is None else Declared(document["value"], document["u"], document["unit"])
