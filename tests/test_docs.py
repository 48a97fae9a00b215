"""Every code block of the documentation runs, so that it cannot rot.

```python blocks of one page run in order in one namespace; ```sh blocks run in bash. Both in a copy of
examples/. A block whose info string holds `no-run: REASON` is only read.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    page for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if not page.name.startswith("CHANGELOG")
)
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(match["info"].strip(), match["code"]) for match in BLOCK.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_blocks_run(page, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    namespace: dict[str, object] = {"__name__": "__main__"}
    for info, code in blocks(page):
        language = info.split()[0] if info else ""
        if "no-run" in info:
            assert "no-run: " in info, f"{page.name}: say why a block is not run: {info!r}"
        elif language == "python":
            exec(compile(code, str(page), "exec"), namespace)
        elif language == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", code],
                env={**os.environ, "PATH": path, "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
            assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stdout}\n{done.stderr}"
    assert tmp_path.exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} points at {target}, which is not there"
