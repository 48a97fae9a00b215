"""Where the example station lies: inside the installed package, or beside it in a source folder."""

from __future__ import annotations

from pathlib import Path


def examples_folder(name: str = "qms") -> Path:
    """The folder of an example: bench/examples/NAME installed, examples/NAME beside bench/ in a checkout."""
    import bench

    package = Path(str(bench.__file__)).resolve().parent
    installed = package / "examples" / name
    return installed if installed.is_dir() else package.parent / "examples" / name
