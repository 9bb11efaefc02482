"""The measure of the targets on sample data: a valid line about what was asked for."""

from __future__ import annotations

import json
from pathlib import Path

from lopso.bench.measure import Size
from lopso.bench.run import run

ROOT = Path(__file__).parents[2]


def test_the_targets_are_measured_on_the_sample_of_the_scale() -> None:
    [line] = run(ROOT, ["targets"], Size(scale="district", times=1), lambda _text: None)
    found = json.loads(line)
    values = found["values"]
    assert found["command"] == "lopso bench targets --scale district"
    assert (values["attempts"], values["people"], values["units"]) == (12_000, 1_200, 98)
    assert 0 < values["counting"] < values["command"] <= values["command_slowest"]
    assert values["command_processor"] > 0
    assert found["ratios"]["command / python -c pass"] > 1
