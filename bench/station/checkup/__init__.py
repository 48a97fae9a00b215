"""Checks a real instrument against its driver: reads first, changes with consent, energises nothing."""

from bench.station.checkup.check import Check, CheckUp, Verdict
from bench.station.checkup.examination import Examination, examine
from bench.station.checkup.report import as_json, as_text, write_report

__all__ = ["Check", "CheckUp", "Examination", "Verdict", "as_json", "as_text", "examine", "write_report"]
