"""The table of commands; one line a command or noun."""

from __future__ import annotations

import typer

from lopso.cli import account, activity, attempt, bench, content, quiz, start, targets, units
from lopso.words import catalogue

_ = catalogue("cli")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=_("Lớp Số: training, quizzes and targets of digital transformation."),
)
app.command("start", help=_("Start the whole platform; Ctrl-C stops it."))(start.start)
app.command("check", help=_("Check every content file; changes nothing."))(content.check)
app.command("build", help=_("Check every content file, load the good ones and build their pages."))(content.build)
app.add_typer(account.app, name="account")
app.add_typer(units.app, name="units")
app.add_typer(quiz.app, name="quiz")
app.add_typer(attempt.app, name="attempt")
app.add_typer(targets.app, name="targets")
app.add_typer(activity.app, name="activity")
app.command("bench", help=bench.HELP)(bench.bench)
