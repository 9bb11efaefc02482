"""XLSX within bounds: looked through before a library opens it, then read row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

#: What a list of 20,000 people takes unpacked, several times over.
UNPACKED_LIMIT = 100 * 1024 * 1024
CELLS_LIMIT = 500_000
_PIECE = 256 * 1024
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_NO_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")

#: A value and whether it is a formula's text.
Cell = tuple[Any, bool]
#: Top, left, bottom, right; rows from 1, columns from 0.
Merge = tuple[int, int, int, int]


class TooMuch(Exception):
    """The file would take too much memory; the text says of what there is too much."""


class Damaged(Exception):
    """The file is no workbook that can be read."""


@dataclass
class _Looked:
    """What a look through the packed files found."""

    unpacked: int = 0
    cells: int = 0
    merges: dict[str, list[Merge]] = field(default_factory=dict)


def read(path: Path) -> Iterator[tuple[str, Iterator[tuple[int, list[Cell]]], list[Merge]]]:
    """Give title, rows and merged ranges of each visible sheet; raises TooMuch or Damaged."""
    looked = look_through(path)
    with path.open("rb") as opened:  # given a path, the library would judge it by its name
        for sheet in _open(opened).worksheets:
            if sheet.sheet_state == "visible":
                # Where the sheet stands in the package: the library knows, but has no public name for it.
                merges = looked.merges.get(sheet._worksheet_path.lstrip("/"), [])
                yield sheet.title, _rows(sheet), merges


def look_through(path: Path) -> _Looked:
    """Count what is packed, piece by piece; raises TooMuch before it is too much, or Damaged."""
    looked = _Looked()
    try:
        with zipfile.ZipFile(path) as packed:
            for info in packed.infolist():
                _look_into(packed, info, looked)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Damaged(str(error)) from error
    return looked


def _look_into(packed: zipfile.ZipFile, info: zipfile.ZipInfo, looked: _Looked) -> None:
    """Look through one packed file; pieces overlap by the longest thing that is looked for."""
    is_sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
    merges: list[Merge] = []
    rest = b""
    with packed.open(info) as opened:
        while piece := opened.read(_PIECE):
            looked.unpacked += len(piece)
            if looked.unpacked > UNPACKED_LIMIT:
                raise TooMuch(f"> {UNPACKED_LIMIT // 1024 // 1024} MB")
            text = rest + piece
            if _NO_DOCUMENT_TYPE.search(text) and info.filename.endswith((".xml", ".rels")):
                raise Damaged("a document type")  # no office program writes one; it is how XML explodes
            if is_sheet:
                end = max(text.rfind(b">"), 0)
                looked.cells += len(_CELL.findall(text, 0, end + 1))
                merges += [_range(found) for found in _MERGE.finditer(text, 0, end + 1)]
                rest = text[end + 1 :][-10_000:]
                if looked.cells > CELLS_LIMIT:
                    raise TooMuch(f"> {CELLS_LIMIT} ô")
            else:
                rest = text[-16:]
    looked.merges[info.filename] = merges


def _range(found: re.Match[bytes]) -> Merge:
    return int(found[2]), _column(found[1]), int(found[4]), _column(found[3])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _open(opened: BinaryIO) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(opened, read_only=True)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        ParseError,
        zipfile.BadZipFile,
        OSError,
    ) as error:
        raise Damaged(str(error)) from error


def _rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    try:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [(cell.value, cell.data_type == "f") for cell in cells]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, ParseError, zipfile.BadZipFile) as error:
        raise Damaged(str(error)) from error
