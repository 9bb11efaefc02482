"""Pictures of a course: their size, told to the page so that nothing jumps while they load."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_IMAGE = re.compile(r'<img src="([^"]+)"')
_VIEW_BOX = re.compile(r'viewBox="\s*[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)\s*"')


def describe_pictures(html: str, media: str, folder: Path) -> str:
    """Add size and version to each picture of ours, and let the browser load it only when it comes near."""

    def described(found: re.Match[str]) -> str:
        path = folder / found[1].removeprefix(f"{media}/")
        if not path.is_file():
            return found[0]
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        return f'<img src="{found[1]}?v={version}"{_size(path)} loading="lazy" decoding="async"'

    return _IMAGE.sub(described, html)


def _size(path: Path) -> str:
    if path.suffix != ".svg":
        return ""
    box = _VIEW_BOX.search(path.read_text(encoding="utf-8")[:2000])
    return f' width="{float(box[1]):.0f}" height="{float(box[2]):.0f}"' if box else ""
