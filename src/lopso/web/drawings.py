"""SVG pictures: taken only when nothing in them runs, moves elsewhere or fetches anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
#: What draws. Elements of drawing programs' own namespaces do nothing in a browser and may stand beside these.
_DRAWS = re.compile(
    "svg|g|defs|symbol|use|title|desc|metadata|switch|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|"
    "textPath|image|style|marker|mask|clipPath|pattern|linearGradient|radialGradient|stop|filter|view|"
    "fe(Blend|ColorMatrix|ComponentTransfer|Composite|ConvolveMatrix|DiffuseLighting|DisplacementMap|DropShadow|"
    "DistantLight|Flood|Func[ABGR]|GaussianBlur|Merge|MergeNode|Morphology|Offset|PointLight|SpecularLighting|"
    "SpotLight|Tile|Turbulence)"
)
#: Where a reference may lead: into the picture itself, or to a bitmap that stands in it.
_INSIDE = re.compile(r"\s*(#|data:image/(png|jpeg|webp);base64,)", re.IGNORECASE)
_FETCHES = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|expression\s*\(|javascript:|\\", re.IGNORECASE)


class Unsafe(Exception):
    """The drawing holds something that runs or fetches; the message names it."""


def check(path: Path) -> None:
    """Read an SVG to its end; raises Unsafe naming what may not stand in it, or ExpatError where it is no XML."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.element
    parser.CharacterDataHandler = reader.text
    parser.EndElementHandler = reader.end
    parser.ProcessingInstructionHandler = reader.instruction
    parser.StartDoctypeDeclHandler = reader.doctype
    with path.open("rb") as file:
        parser.ParseFile(file)


class _Reader:
    """Looks at each part of the drawing as it passes by; nothing of it is kept."""

    def __init__(self) -> None:
        self._depth = 0
        self._style: list[str] | None = None

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _blank, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (SVG, "svg"):
            raise Unsafe(f"<{local}>")
        self._depth += 1
        if space == XHTML or (space in ("", SVG) and not _DRAWS.fullmatch(local)):
            raise Unsafe(f"<{local}>")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].lower(), value)
        if local == "style":
            self._style = []

    def text(self, data: str) -> None:
        if self._style is not None:
            self._style.append(data)

    def end(self, name: str) -> None:
        if name.rpartition(" ")[2] == "style" and self._style is not None:
            _check_style("".join(self._style), "<style>")
            self._style = None

    def instruction(self, target: str, _data: str) -> None:
        raise Unsafe(f"<?{target}>")

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_internal: int) -> None:
        if has_internal:
            raise Unsafe("<!DOCTYPE [ ]>")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise Unsafe(name)
    if name in ("href", "src", "base") and not _INSIDE.match(value):
        raise Unsafe(f'{name}="{value[:40]}"')
    _check_style(value, name)


def _check_style(value: str, where: str) -> None:
    if found := _FETCHES.search(value):
        raise Unsafe(f"{where}: {value[found.start() : found.start() + 30]}")
