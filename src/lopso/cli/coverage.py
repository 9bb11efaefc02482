"""`lopso coverage`: what the courses cover of the plan, how each lesson is made and how it reads."""

from __future__ import annotations

from typing import Annotated

import typer

from lopso.cli.context import read_settings
from lopso.coverage.document import FILE, page
from lopso.coverage.form import faults
from lopso.coverage.survey import survey
from lopso.errors import Fault, Faults
from lopso.words import catalogue

_ = catalogue("coverage")


def coverage(
    check: Annotated[bool, typer.Option("--check", help=_("Write nothing; list what the courses lack."))] = False,
) -> None:
    """Write docs/coverage.md: the plan's content and the lessons that teach it, and each lesson measured."""
    settings = read_settings()
    found = survey(settings.root, settings.plan)
    path, text = settings.root / FILE, page(found)
    if not check:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        typer.echo(_("Written: {file}").format(file=FILE))
        return
    wrong = faults(found)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        wrong.append(Fault(FILE, "", _("the page is not what the lessons say now"), "lopso coverage"))
    if wrong:
        raise Faults(wrong)
    typer.echo(_("The courses lack nothing."))
