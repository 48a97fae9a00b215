"""The report: one file that needs nothing else, with everything in it and nothing taken for markup."""

import re
from html.parser import HTMLParser

import pytest

from bench.report import page, pictures
from bench.report.content import ROWS_SHOWN, content_of

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Checks that tags nest, and keeps texts, ids and addresses."""

    def __init__(self, text):
        super().__init__()
        self.open, self.texts, self.addresses, self.ids = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.addresses += [attributes[name] for name in ("src", "href") if name in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip())

    def says(self, text):
        return any(text in part for part in self.texts)


def test_everything_about_a_run_is_there(make_run):
    read = Page(page.render([make_run()]))
    for text in (
        "SIMULATED: these numbers",
        "simulated, seed 7",
        "safe state: verified",
        "(0.0500 ± 0.0022) S/m",
        "type A only",
        "sign not resolved",
        "Uncertainty budget of conductivity",
        "repeatability",
        "64.0 %",
        "Table: pellets",
        "0.001 m (u = 2e-05 m)",
        "keithley2400",
        "-0.105 to 0.105 A (station file)",
        "0.01 A",
        "it is warm",
        "as they were written",
        "versions.python",
    ):
        assert read.says(text), text


def test_names_are_text_and_never_markup(make_run):
    read = Page(page.render([make_run(), make_run("r2", status="failed")]))
    assert read.says("<powder>")
    assert read.says("Si & S")
    assert read.says("Mount <pellet> a")
    assert read.says("execute: broke <off>")


def test_it_needs_no_other_file(make_run):
    text = page.render([make_run(), make_run("r2")])
    read = Page(text)
    assert read.addresses
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert {address[1:] for address in read.addresses if address.startswith("#")} <= set(read.ids)
    assert "@import" not in text
    assert not re.search(r"url\(", text)
    assert "<script" not in text


@pytest.mark.parametrize(
    ("simulated", "banner"), [((True, True), "SIMULATED: "), ((True, False), "SIMULATED (in part)")]
)
def test_the_banner(make_run, simulated, banner):
    runs = [make_run(f"r{number}", simulated=one) for number, one in enumerate(simulated)]
    assert Page(page.render(runs)).says(banner)


def test_hardware_has_no_banner(make_run):
    assert "SIMULATED" not in page.render([make_run(simulated=False)])


def test_what_is_not_safe_and_what_was_altered_is_said(make_run):
    run = make_run(status="failed", safe="failed")
    data = run.path / "data.csv"
    data.write_bytes(data.read_bytes().replace(b"0.1", b"0.9", 1))
    read = Page(page.render([run]))
    assert read.says("safe state: failed")
    assert read.says("Altered after it was written")
    assert not read.says("as they were written")


def test_a_damaged_run_does_not_hide_the_others(make_run):
    good, bad = make_run("good"), make_run("bad")
    (bad.path / "journal.jsonl").write_bytes(b"not json\n")
    read = Page(page.render([good, bad]))
    assert read.says("(0.0500 ± 0.0022) S/m")
    assert read.says("A run that cannot be read")


def test_a_large_drawing_is_embedded_as_pixels(make_run, curve, monkeypatch):
    run = make_run(figures={"small": curve(), "large": curve(2_000)})
    monkeypatch.setattr(pictures, "_LARGEST_SVG", (run.path / "small.svg").stat().st_size)
    kinds = {picture.name: picture.uri[:20] for picture in content_of(run).figures}
    assert kinds["small"].startswith("data:image/svg+xml")
    assert kinds["large"].startswith("data:image/png")
    for path in run.path.glob("large.*"):
        path.unlink()
    assert [picture.name for picture in content_of(run).figures] == ["small"]


def test_a_long_table_is_cut_and_says_so(make_run):
    (table,) = content_of(make_run(table_rows=ROWS_SHOWN + 5)).tables
    assert (len(table.rows), table.left_out) == (ROWS_SHOWN, 5)
    assert table.headers == ("Pellet", "Height / m")


def test_a_run_cut_off_by_a_kill_can_be_reported(make_run):
    run = make_run()
    (run.path / "run.json").unlink()
    (run.path / "result.json").unlink()
    reopened = type(run).open(run.path)
    content = content_of(reopened)
    assert content.results == ()
    assert Page(page.render([reopened])).says("This run has no results")


def test_it_is_written_whole(make_run, tmp_path):
    path = page.write([make_run()], tmp_path / "r.html", "My <title>")
    assert Page(path.read_text("utf-8")).says("My <title>")


def test_where_a_sample_comes_from(powder):
    powder.furnace("f1", verdict="fail")
    read = Page(page.render([powder.measured("p1")]))
    for text in (
        "Where it comes from",
        "SiO2 0.5 g, MgSO4 0.5 g, Al 1 g (1 : 1 : 2 by mass)",
        "f1 (synthesis)",
        "done, NOT ACCEPTED, hardware",
        "was not accepted: overshoot 14.25 K",
        "washed with water, by CD",
    ):
        assert read.says(text), text
    assert not Page(page.render([powder.measured("p2", batch=None)])).says("Where it comes from")


def test_a_catalogue_that_cannot_be_used_is_a_remark_and_no_end_of_the_page(powder):
    run = powder.measured("p1")
    for path in powder.data.glob("catalogue.sqlite*"):
        path.unlink()
    (powder.data / "catalogue.sqlite").mkdir()
    assert Page(page.render([run])).says("not known here: the catalogue")
