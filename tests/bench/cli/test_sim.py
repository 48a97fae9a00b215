"""`bench sim truth`: the document that the procedures are graded with."""

from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_document_names_quantities_as_results_are_named(document, lab):
    found, code = document("sim", "truth", lab.station, "--seed", 1)
    assert code == 0
    assert set(found) == {"samples"}
    assert set(found["samples"]) == {"my-sample"}
    conductivity = found["samples"]["my-sample"]["conductivity"]
    assert conductivity == {"value": 0.01, "unit": "S/m"}
    assert found["samples"]["my-sample"]["contact_resistance"]["unit"] == "ohm"


def test_people_see_a_table(bench, lab):
    result = bench("sim", "truth", lab.station)
    assert result.exit_code == 0
    assert "0.01000 S/m" in result.stdout


def test_a_fact_may_be_a_word(bench):
    result = bench("sim", "truth", ROOT / "examples" / "qms" / "station.toml")
    assert result.exit_code == 0, result.stderr
    (row,) = [
        line.split() for line in result.stdout.splitlines() if "qms-0p7" in line and "carrier_type" in line
    ]
    assert row == ["qms-0p7", "carrier_type", "n"]


def test_a_station_without_simulation_is_refused(bench, lab):
    text = lab.station.read_text("utf-8")
    lab.station.write_text(text[: text.index("[simulation]")], "utf-8")
    result = bench("sim", "truth", lab.station)
    assert result.exit_code == 2
    assert "[simulation]" in result.stderr
