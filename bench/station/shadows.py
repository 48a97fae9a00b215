"""Modules of ours that come from somewhere else: the price of names as plain as `drivers` and `gui`.

Another installed package with a top-level module of the same name may win, and would then be taken for ours.
Loading through it is refused, and `bench doctor` names the file.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from bench.core.errors import BenchError

DISTRIBUTION = "qms-bench"
OURS = ("bench", "drivers", "procedures", "simulators", "gui")


class ShadowError(BenchError):
    """A module of ours would come from another package; nothing of it was loaded."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """Top-level module `name` is imported from `found` and not from `expected`, where ours lies."""

    name: str
    expected: Path
    found: Path


def shadows() -> list[Shadow]:
    """Every top-level name of ours that Python finds outside our distribution; nothing is imported."""
    root = _root()
    found = [shadow for name in OURS[1:] if (shadow := _shadow(name, root)) is not None]
    installed = _installed_root()
    if installed is not None and root != installed and not _is_checkout(root):
        found.insert(0, Shadow("bench", installed / "bench", root / "bench"))
    return found


def refuse(module: str) -> None:
    """Raise ShadowError if `module` has a name of ours and does not come from where ours lie."""
    name = module.partition(".")[0]
    shadow = _shadow(name, _root()) if name in OURS else None
    if shadow is not None:
        raise ShadowError(
            f"module '{shadow.name}' comes from {shadow.found}, not from {shadow.expected}",
            state="nothing of it was loaded",
            remedy="uninstall or rename the package it belongs to, or install QMS Bench in an environment of "
            "its own",
        )


def _root() -> Path:
    """The folder of the `bench` that runs: wheel, editable install and checkout keep ours side by side."""
    import bench

    return Path(str(bench.__file__)).resolve().parent.parent


def _shadow(name: str, root: Path) -> Shadow | None:
    found = _found(name)
    if found is None or found == root / name:
        return None
    return Shadow(name, root / name, found)


def _found(name: str) -> Path | None:
    """The folder or file Python takes top-level module `name` from, None if there is none."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):  # ValueError: a module put into sys.modules by hand, without a spec
        file = getattr(sys.modules.get(name), "__file__", None)
        return _folder(Path(file)) if file else None
    if spec is None:
        return None
    if spec.origin is not None and spec.has_location:
        return _folder(Path(spec.origin))
    places = list(spec.submodule_search_locations or ())
    return Path(places[0]).resolve() if places else None


def _folder(file: Path) -> Path:
    resolved = file.resolve()
    return resolved.parent if resolved.name.startswith("__init__.") else resolved


def _installed_root() -> Path | None:
    """Where the installed distribution keeps its modules; None if it is not installed."""
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return None
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        return Path(url2pathname(urlsplit(origin["url"]).path)).resolve()
    return Path(str(distribution.locate_file(""))).resolve()


def _is_checkout(root: Path) -> bool:
    """Whether this is the source tree, run in place: all of ours lie in it, so none is shadowed."""
    project = root / "pyproject.toml"
    text = project.read_text(encoding="utf-8") if project.is_file() else ""
    return re.search(rf'^name = "{DISTRIBUTION}"$', text, re.MULTILINE) is not None
