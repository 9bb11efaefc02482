"""Photographs and screenshots: checked by opening them, turned upright, made small enough for a phone."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

#: Pillow's name and our way to write each format we take.
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpg": ("JPEG", {"quality": 85}),
    "png": ("PNG", {"optimize": True}),
    "webp": ("WEBP", {"quality": 85}),
}
#: No page shows more; a telephone's photograph has more than twice as much.
LONGEST_SIDE = 1600
#: Each takes some 100 MB while it is opened: ten bytes a dot, four for a JPEG, which is opened smaller than it is.
MOST_DOTS = {"jpg": 25_000_000, "png": 10_000_000, "webp": 10_000_000}
Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is opened, and say which it is
#: One at a time, so that a whole school uploading takes no more memory than one teacher.
_one_at_a_time = threading.Lock()


class Damaged(Exception):
    """The file cannot be opened as the picture it is said to be."""


class TooManyDots(Exception):
    """The picture's width and height are beyond what anybody can look at."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} × {height}")


def make_ready(path: Path, kind: str) -> None:
    """Check the picture at `path` and rewrite it upright, at most 1600 dots wide, without where and when it was taken.

    One that is so already stays as it is. Raises Damaged or TooManyDots.
    """
    name, how = FORMATS[kind]
    with _one_at_a_time:
        try:
            with Image.open(path, formats=[name]) as image:
                _check_size(image, kind)
                fits = max(image.size) <= LONGEST_SIDE and not image.getexif()
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                image.load()
                if not fits:
                    _made_small(image).save(path, name, **how)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Damaged from error


def rewrite(path: Path, kind: str, target: Path) -> None:
    """Check the picture at `path` and write what is to be seen in it to `target`, as a JPEG that holds nothing else.

    Upright and at most 1600 dots wide. Raises Damaged or TooManyDots.
    """
    with _one_at_a_time:
        try:
            with Image.open(path, formats=[FORMATS[kind][0]]) as image:
                _check_size(image, kind)
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                image.load()
                seen = _made_small(image).convert("RGBA")
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Damaged from error
        paper = Image.new("RGB", seen.size, "white")  # a picture of its own: comments and profiles stay behind
        paper.paste(seen, mask=seen)
        paper.save(target, "JPEG", **FORMATS["jpg"][1])


def _check_size(image: Image.Image, kind: str) -> None:
    width, height = image.size
    if width * height > MOST_DOTS[kind] or max(width, height) > 50 * min(width, height):
        raise TooManyDots(width, height)


def _made_small(image: Image.Image) -> Image.Image:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(image)  # Pillow writes no other hidden data unless told to
