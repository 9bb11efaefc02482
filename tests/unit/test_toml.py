"""The line of every place of a TOML document."""

from __future__ import annotations

import pytest

from lopso import toml
from lopso.errors import Faults

TEXT = """title = "x"
list = [
  "a",
  "b",
]
[table]
key = 1
[[question]]
id = "one"
  [[question.option]]
  id = "a"
  [[question.option]]
  id = "b"
[[question]]
id = "two"
  [[question.option]]
  id = "c"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 1),
        (("list", 1), 4),
        (("table", "key"), 7),
        (("question", 0, "option", 1, "id"), 13),
        (("question", 1), 14),
        (("question", 1, "option", 0, "id"), 17),
        (("question", 1, "option", 0, "text"), 16),
        (("nowhere",), 1),
    ],
)
def test_a_place_knows_its_line_or_that_of_what_is_around_it(place: toml.Place, line: int) -> None:
    assert toml.parse(TEXT, "x.toml").line(place) == line


def test_broken_toml_names_the_file_and_the_line() -> None:
    with pytest.raises(Faults, match=r"x\.toml: dòng 2, cột 5"):
        toml.parse("a = 1\nb = = 2\n", "x.toml")
