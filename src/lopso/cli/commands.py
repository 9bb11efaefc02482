"""The table of commands; one line a command or noun. Only the module of the command that runs is imported."""

from __future__ import annotations

from importlib import import_module

import typer

from lopso.words import catalogue

_ = catalogue("cli")

#: Command → its module in `lopso.cli` and what stands for it there: a function, or the Typer application of a noun.
COMMANDS = {
    "start": ("start", "start"),
    "check": ("content", "check"),
    "build": ("content", "build"),
    "coverage": ("coverage", "coverage"),
    "account": ("account", "app"),
    "people": ("people", "app"),
    "units": ("units", "app"),
    "quiz": ("quiz", "app"),
    "attempt": ("attempt", "app"),
    "targets": ("targets", "app"),
    "activity": ("activity", "app"),
    "session": ("session", "app"),
    "demo": ("demo", "demo"),
    "report": ("report", "report"),
    "certificate": ("certificate", "app"),
    "bench": ("bench", "bench"),
}


def make_app(only: str = "") -> typer.Typer:
    """Make the application with every command, or with `only` one of them, which loads in a fraction of the time."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback(help=_("Lớp Số: training, quizzes and targets of digital transformation."))(_nothing)
    for name, (module, stands) in COMMANDS.items():
        if only in ("", name):
            entry = getattr(import_module(f"lopso.cli.{module}"), stands)
            if isinstance(entry, typer.Typer):
                app.add_typer(entry, name=name)
            else:
                app.command(name, help=_helps()[name])(entry)
    return app


def _helps() -> dict[str, str]:
    """Say what each command does that is no noun."""
    return {
        "start": _("Start the whole platform; Ctrl-C stops it."),
        "check": _("Check every content file; changes nothing."),
        "build": _("Check every content file, load the good ones and build their pages."),
        "coverage": _("Write what the courses cover of the plan, how each lesson is made and how it reads."),
        "demo": _("Fill an empty installation with sample data: a lively district or a whole province."),
        "report": _("Write a report of a period as a file: periodic, unit, training or honours."),
        "bench": _("Measure start, bytes, speed, memory and marking on this machine; a line of JSON each."),
    }


def _nothing() -> None:
    """Make a group of the application even where it has a single command."""


def __getattr__(name: str) -> typer.Typer:
    if name == "app":
        return make_app()
    raise AttributeError(name)
