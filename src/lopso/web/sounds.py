"""Sounds: taken only when their header can be read, is what the name says, and tells a bearable length."""

from __future__ import annotations

import io
from pathlib import Path

from tinytag import TinyTag, TinyTagException

#: What a file of each extension turns out to be; FLAC in Ogg and the like are played by few browsers.
FORMATS = {
    "mp3": ("audio/mpeg",),
    "ogg": ('audio/ogg; codecs="vorbis"', 'audio/ogg; codecs="opus"'),
    "m4a": ("audio/mp4",),
}
#: Minutes: who listens longer within one question loses the thread, and 10 MB hold no more in bearable quality.
LONGEST = 20
#: Seconds: less is a click, or noise that looks like one frame of sound.
SHORTEST = 0.1
#: An honest file takes some 60,000; one of ten million wrong beginnings would hold a thread for half a minute.
MOST_READS = 300_000


class NoSound(Exception):
    """The file is not the sound that it is said to be, or holds nothing to hear."""


class TooLong(Exception):
    """The sound is longer than a question may be; the message says how many minutes it takes."""


class _Patient(io.BufferedReader):
    """A file that is read only so often."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > MOST_READS:
            raise NoSound
        return super().read(size)


def check(path: Path, extension: str) -> None:
    """Read the header and the length of the sound at `path`; raises NoSound or TooLong."""
    try:
        with _Patient(io.FileIO(path)) as file:
            sound = TinyTag.get(file_obj=file, tags=False)
    except TinyTagException as error:
        raise NoSound from error
    seconds = sound.duration or 0.0
    if not (sound.mime_type or "").startswith(FORMATS[extension]) or not sound.samplerate or seconds < SHORTEST:
        raise NoSound
    if seconds > LONGEST * 60:
        raise TooLong(f"{seconds / 60:.0f}")
