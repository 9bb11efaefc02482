"""Tables as XLSX: what was typed by anybody stays text, also where it looks like a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import IO

from lopso.reports.values import Columns, Rows, Share, Value
from lopso.words import catalogue

_ = catalogue("reports")

__all__ = ["Columns", "Rows", "Share", "Value", "write_sheets"]


def write_sheets(
    target: str | PathLike[str] | IO[bytes],
    sheets: Mapping[str, tuple[Columns, Rows]],
    *,
    sample: bool = False,
    notes: Sequence[str] = (),
) -> None:
    """Write title → (column names, rows) as the sheets of a workbook, to a path or into a buffer.

    Every sheet begins with `notes`, and with a line that says so where `sample` data are in it. Days are written as
    days (dd/mm/yyyy); a time is shown as it stands, so it comes in the zone it is to be read in.
    """
    from lopso.reports.workbook import write_workbook  # the library takes a while to load, and much memory

    said = [_("SAMPLE DATA: invented people and units")] if sample else []
    write_workbook(target, sheets, [*said, *notes])
