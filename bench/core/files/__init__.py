"""Reading files people write: TOML with every mistake listed, its place in the file and a remedy.

Shared by the samples, station and queue loaders. A loader declares `FileModel`s with `QuantityField`s, reads
with `read_toml`, checks with `validate`, adds its own problems with `TomlDocument.problem`, and raises one
ConfigError with all of them.
"""

from bench.core.files.document import TomlDocument, read_toml
from bench.core.files.fields import Name, QuantityField
from bench.core.files.lines import Keys
from bench.core.files.models import FileModel, validate
from bench.core.files.names import colliding, did_you_mean

__all__ = [
    "FileModel",
    "Keys",
    "Name",
    "QuantityField",
    "TomlDocument",
    "colliding",
    "did_you_mean",
    "read_toml",
    "validate",
]
