"""A file of what is seen, made when somebody asks for it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lopso.reports.sheet import Columns, Rows


def workbook(sheets: Mapping[str, tuple[Columns, Rows]], *, sample: bool, notes: Sequence[str]) -> bytes:
    """Write title → (column names, rows) as an XLSX file."""
    from lopso.reports.sheet import write_sheets  # a sixth of a board's start, for those few who save a file

    buffer = io.BytesIO()
    write_sheets(buffer, sheets, sample=sample, notes=notes)
    return buffer.getvalue()
