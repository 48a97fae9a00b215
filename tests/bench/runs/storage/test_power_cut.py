"""A power cut, as far as one machine can play it: what is on the disk at an instant, without any last sync.

A run is written to a file system of its own in an image file; the process is stopped, the image is copied as
it is (the page cache of that file system has not been told), and the copy is mounted, its journal replayed.
Reordering inside a disk's own cache is not played. Needs the right to mount (Linux, root).
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.core import wall
from bench.runs.storage.folder import RunFolder

ROOT = Path(__file__).resolve().parents[4]
CHILD = """
import os, sys
from pathlib import Path
from bench.core import wall
from bench.runs.columns import Column
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
folder = RunFolder.create(Path(sys.argv[1]), "r1", RunRequest("r", "p", (Column("N", kind="integer"),)))
number = 0
while True:
    folder.rows.write({"N": number})
    number += 1
    os.write(1, f"{number} {wall.now()!r}\\n".encode())
    wall.sleep(0.005)
"""


def script(text, *words):
    return subprocess.run(
        ["sh", "-ec", text, "sh", *map(str, words)], check=False, capture_output=True, text=True
    )


@pytest.fixture
def disk(tmp_path):
    image, place = tmp_path / "disk.img", tmp_path / "disk"
    place.mkdir()
    made = script(
        'dd if=/dev/zero of="$1" bs=1M count=64 2>/dev/null; mkfs.ext4 -q -F "$1"; mount -o loop "$1" "$2"',
        image,
        place,
    )
    if made.returncode:
        pytest.skip(f"no disk of its own: {made.stderr.strip()}")
    yield image, place
    script('umount "$1"', place)


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("mkfs.ext4"), reason="needs Linux and ext4")
@pytest.mark.parametrize("life_s", [0.9, 2.3, 3.7, 6.1])
def test_a_power_cut_loses_at_most_a_second(tmp_path, disk, life_s):
    image, place = disk
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(place)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        child.stdout.readline()
        wall.sleep(life_s)
        child.send_signal(signal.SIGSTOP)
        cut = wall.now()
        shutil.copyfile(image, tmp_path / "copy.img")
        child.kill()
        said = child.stdout.read().decode().split("\n")[:-1]
    acknowledged = [(int(number), float(time)) for number, time in map(str.split, said)]
    copy = tmp_path / "copy"
    copy.mkdir()
    mounted = script('mount -o loop "$1" "$2"', tmp_path / "copy.img", copy)
    assert mounted.returncode == 0, mounted.stderr
    try:
        folder = RunFolder.open(copy / "runs" / "r1")
        assert folder.status == "interrupted"
        assert folder.verify() == []
        rows = folder.table().column("N").tolist()
    finally:
        script('umount "$1"', copy)
    assert rows == list(range(len(rows)))
    lost = [time for number, time in acknowledged if number > len(rows)]
    assert len(acknowledged) > 50
    assert cut - min(lost, default=cut) <= 1.0
