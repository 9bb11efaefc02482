"""The typesetter: our templates, our fonts, a quiz's pictures; what cannot be drawn is found before it is missing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lopso.markup import PICTURES, suffix
from lopso.reports import decree

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(__file__).parent / "typst"
#: Where the pictures stand beside the templates.
MEDIA = "media"
_NOT_DRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)


@dataclass(frozen=True)
class Desk:
    """A folder of templates and the pictures that can be drawn."""

    folder: Path
    pictures: frozenset[str]

    def pdf(self, template: str, data: dict[str, Any]) -> bytes:
        """Set one of our templates."""
        import typst  # only loaded by whoever prints

        made = typst.compile(
            str(self.folder / template),
            root=str(self.folder),
            font_paths=[str(decree.FONTS)],
            ignore_system_fonts=True,
            pdf_tags=False,  # for paper alone; with tags a long test takes twice as long
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        assert isinstance(made, bytes)  # one document, not a list of pages
        return made


@contextmanager
def desk(media: Path, names: Iterable[str]) -> Iterator[Desk]:
    """Lay out the templates with the pictures `names` of a quiz's folder `media`; those that are damaged stay away."""
    with TemporaryDirectory(prefix="lopso-print-") as made:
        folder = Path(made)
        for template in TEMPLATES.glob("*.typ"):
            shutil.copy(template, folder)
        (folder / MEDIA).mkdir()
        good = frozenset(name for name in set(names) if _put(folder, media, name))
        yield Desk(folder, good)


def unprintable(texts: Iterable[str]) -> frozenset[str]:
    """Find the signs for which no font of ours has a form, such as emoji."""
    import typst

    left = sorted({char for text in texts for char in text if not char.isspace() and ord(char) > 0x24F})
    missing = set()
    while left:
        try:
            typst.compile(
                str(TEMPLATES / "signs.typ"),
                font_paths=[str(decree.FONTS)],
                ignore_system_fonts=True,
                pdf_standards="a-2b",  # which takes no sign without a form, and names it
                sys_inputs={"data": json.dumps(left, ensure_ascii=False)},
            )
            break
        except typst.TypstError as error:
            found = set(named[1]) if (named := _NOT_DRAWN.search(error.message)) else set()
            if not found & set(left):
                raise
            missing |= found
            left = [char for char in left if char not in found]
    return frozenset(missing)


def _put(folder: Path, media: Path, name: str) -> bool:
    """Copy a picture beside the templates and draw it once, alone."""
    import typst

    if Path(name).name != name or suffix(name) not in PICTURES or not (media / name).is_file():
        return False
    shutil.copyfile(media / name, folder / MEDIA / name)
    try:
        typst.compile(
            str(folder / "picture.typ"),
            root=str(folder),
            font_paths=[str(decree.FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"source": f"{MEDIA}/{name}"},
        )
    except typst.TypstError:
        return False
    return True
