"""The hub's words on sessions in a file, so that a service that was killed need not ask about everybody at once.

The file holds hashes of tokens, no tokens. Nothing waits for the disk: what a power failure takes is asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

#: Lines written before the file is made anew, beside those that count.
SPARE = 2000

#: Whose a session is, at which epoch, until when that holds.
Word = tuple[str, int, float]


class SessionMemory:
    """A file of words by session; the last word on a session counts.

    A full disk keeps nobody out: what cannot be written is asked for again. Times are of the machine's monotonic
    clock, which all processes share and which starts anew with `boot`, its id.
    """

    def __init__(self, path: Path, boot: str) -> None:
        self._path = path
        self._boot = boot
        self._lines = 0
        self._limit = SPARE

    def read(self) -> dict[str, Word]:
        """Give the words kept; none when there is no file of this boot, and no line that is not whole."""
        try:
            first, *lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except (OSError, ValueError):
            return {}
        return dict(filter(None, map(_read, lines))) if first == self._boot else {}

    def note(self, key: str, word: Word) -> bool:
        """Add a word; tell whether the file has grown so long that it should be made anew."""
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(_line(key, word))
        self._lines += 1
        return self._lines > self._limit

    def keep(self, words: Mapping[str, Word]) -> None:
        """Make the file anew with these words only, at once and whole."""
        draft = self._path.with_suffix(".new")
        with suppress(OSError):
            draft.write_text("".join(self._whole(words.items())), encoding="utf-8")
            draft.replace(self._path)
        self._lines, self._limit = 0, len(words) + SPARE

    def _whole(self, words: Iterable[tuple[str, Word]]) -> Iterable[str]:
        yield f"{self._boot}\n"
        for key, word in words:
            yield _line(key, word)


def _line(key: str, word: Word) -> str:
    return json.dumps([key, *word]) + "\n"


def _read(line: str) -> tuple[str, Word] | None:
    try:
        key, name, epoch, until = json.loads(line)
        return str(key), (str(name), int(epoch), float(until))
    except (ValueError, TypeError):  # a kill in the middle of a line
        return None
