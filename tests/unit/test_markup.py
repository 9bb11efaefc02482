"""Authors' Markdown as HTML: where a long address may be broken."""

from __future__ import annotations

import pytest

from lopso.markup import line_to_html, to_html
from lopso.printing import trees

LONG = "https://vneid.gov.vn.dongbo.example/vneid.apk?a=1&b=<2>"


def test_a_long_address_breaks_between_its_names_and_nowhere_else() -> None:
    broken = "https://<wbr>vneid<wbr>.gov<wbr>.vn<wbr>.dongbo<wbr>.example/<wbr>vneid<wbr>.apk?a=1&amp;b=&lt;2&gt;"
    assert line_to_html(f"Xem `{LONG}`") == f"Xem <code>{broken}</code>"
    assert "vanthu@<wbr>soxaydung<wbr>.haiphong" in line_to_html("`<vanthu@soxaydung.haiphong.gov.vn>`")


@pytest.mark.parametrize("text", [".gov.vn", "matkhau.xlsx", "ho-so.example", "site:xa.example soi cau, tim nua"])
def test_what_is_short_stays_together(text: str) -> None:
    assert line_to_html(f"`{text}`") == f"<code>{text}</code>"


def test_paper_shows_the_address_as_it_is_written() -> None:
    nodes = trees.tree(to_html(f"Xem `{LONG}` rồi **gọi**."))
    assert trees.plain(nodes) == f"Xem {LONG} rồi gọi."
    assert [child["t"] for child in nodes[0]["c"] if isinstance(child, dict)] == ["code", "strong"]
