"""The writing desk measured on twenty texts written for it: what it finds, misses and says without need.

The authors' guide states these figures; they are counted here again.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lopso.advice.advising import CHECKS, advise

ROOT = Path(__file__).parents[2]
TEXTS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("advice_texts.toml").read_text("utf-8"))["text"]
GUIDE = (ROOT / "docs" / "huong-dan" / "tac-gia.md").read_text(encoding="utf-8")
ASKING = {check.name for check in CHECKS if not check.is_note}


def places() -> list[str]:
    with (ROOT / "plans" / "vinh-bao-2024" / "units.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def measured() -> Iterator[tuple[set[str], set[str]]]:
    """Give, text by text, what should be pointed out and what is."""
    units = places()
    for text in TEXTS:
        said = advise(text["text"], text["genre"], text.get("least", 0), text.get("most", 0), units)
        yield set(text["expect"]), {one.check for one in said} & ASKING


def test_twenty_texts_expect_every_check_that_asks_for_something() -> None:
    assert len(TEXTS) == 20
    assert len({text["id"] for text in TEXTS}) == 20
    expected = {name for text in TEXTS for name in text["expect"]}
    assert expected <= ASKING
    # A text of more than three minutes would be longer than all the others together; tests/unit measures that one.
    assert ASKING - expected == {"time_on_air"}


def test_the_guide_states_how_often_each_check_is_right_late_or_wrong() -> None:
    seen = list(measured())
    counted = {
        name: (
            sum(name in wanted for wanted, _said in seen),
            sum(name in wanted & said for wanted, said in seen),
            sum(name in said - wanted for wanted, said in seen),
        )
        for name in sorted(ASKING)
    }
    rows = re.findall(r"^\| `(\w+)` \|[^|]+\| (\d+) \| (\d+) \| (\d+) \|$", GUIDE, re.MULTILINE)
    assert {name: (int(a), int(b), int(c)) for name, a, b, c in rows} == counted


def test_the_desk_finds_nearly_all_and_seldom_speaks_without_need() -> None:
    seen = list(measured())
    wanted = sum(len(wanted) for wanted, _said in seen)
    found = sum(len(wanted & said) for wanted, said in seen)
    needless = sum(len(said - wanted) for wanted, said in seen)
    assert found >= 0.9 * wanted
    assert needless <= 0.15 * found
