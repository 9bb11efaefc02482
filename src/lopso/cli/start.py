"""`lopso start`: the whole platform, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from lopso.cli.context import now, open_database, read_settings
from lopso.cli.retaining import apply_settings, forget_in_idle_hub
from lopso.roster import Newcomer, account_count, ensure_people
from lopso.settings import Settings
from lopso.supervise import lock, ports, watcher
from lopso.supervise.classroom import for_classroom, read_interfaces
from lopso.supervise.classroom import invitation as invite
from lopso.supervise.components import caddy_program, child_environment, components
from lopso.supervise.platform import Platform
from lopso.targets.plans import ensure_plan_file
from lopso.words import catalogue

_ = catalogue("cli")


def start(
    classroom: Annotated[
        bool, typer.Option("--classroom", help=_("let phones of the same network come in; no internet is needed"))
    ] = False,
    address: Annotated[
        str, typer.Option(metavar=_("ADDRESS"), help=_("as --classroom, with this address of this machine"))
    ] = "",
) -> None:
    """Start everything and keep it running until Ctrl-C or SIGTERM."""
    settings = read_settings()
    ensure_plan_file(settings, settings.plan)
    invitation = ""
    if classroom or address:
        networks = read_interfaces()
        settings = for_classroom(settings, address, networks)
        invitation = invite(settings, networks)
    lock.ensure_folders(settings)
    held = lock.acquire(settings)
    try:
        for name in lock.end_predecessor(settings.run):
            say(_("Ended what a killed predecessor had left running: {name}").format(name=name))
        ports.ensure_port_free(settings)
        caddy_program(settings)  # before anything is written
        engine = open_database(settings)
        newcomers = ensure_people(engine, settings, now())
        apply_settings(settings, engine, now())
        forget_in_idle_hub(settings, engine)
        accounts = account_count(engine)
        engine.dispose()
        asyncio.run(run(settings, newcomers, accounts, invitation))
    finally:
        held.release()


async def run(settings: Settings, newcomers: Sequence[Newcomer], accounts: int, invitation: str = "") -> None:
    """Run the platform until a signal asks for its end."""
    stop = _stop_event()
    this_run = ports.with_pupils_key(ports.new_run(settings), settings)
    ports.save_run(this_run, settings.run)
    parts = components(settings, this_run, os.environ)
    platform = Platform(parts, settings.run, settings.logs, say)
    environ = child_environment(settings, os.environ)
    say(_("Starting Lớp Số …"))
    watching: asyncio.Task[None] | None = None
    unseen = newcomers  # their passwords are kept nowhere else
    try:
        starting: asyncio.Future[Any] = asyncio.gather(platform.start(), watcher.build(settings, environ, say))
        if await _either(starting, stop):
            show(settings, newcomers, accounts, invitation)
            unseen = ()
            watching = asyncio.create_task(watcher.watch(settings, environ, say))
            await stop.wait()
    finally:
        show_passwords(unseen)
        say(_("Stopping …"))
        if watching:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        await platform.stop()
        (settings.run / "run.json").unlink(missing_ok=True)
    say(_("Stopped."))


def show(settings: Settings, newcomers: Sequence[Newcomer], accounts: int, invitation: str = "") -> None:
    """Print the address, who can log in with what, and how pupils come in."""
    say("")
    say(_("Lớp Số is ready: {address}").format(address=ports.public_url(settings)))
    if invitation:
        say(invitation)
    show_passwords(newcomers)
    if not newcomers:
        say(_("{count} people have an account, with the passwords they were given.").format(count=accounts))
        say(_("A new password: lopso account password {username}").format(username="quantri"))
    say(_("Ctrl-C stops everything. Logs: {folder}").format(folder=settings.logs))


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    try:
        typer.echo(text)
    except OSError:  # the terminal or the pipe's reader is gone; that must not keep anything from being stopped
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_passwords(newcomers: Sequence[Newcomer]) -> None:
    """Print the first passwords of those who just got an account."""
    if not newcomers:
        return
    say(_("First passwords, shown only now; each is changed at the first log-in:"))
    width = max(len(one.username) for one in newcomers)
    for one in newcomers:
        say(f"  {one.username:{width}}  {one.password}  {one.full_name}, {', '.join(role_name(r) for r in one.roles)}")


def role_name(role: str) -> str:
    """Say a role in words."""
    names = {
        "trainee": _("trainee"),
        "teacher": _("teacher"),
        "coordinator": _("coordinator"),
        "author": _("author"),
        "marker": _("marker"),
        "admin": _("administrator"),
    }
    return names.get(role, role)


def _stop_event() -> asyncio.Event:
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    for code in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(code, event.set)
    return event


async def _either(work: asyncio.Future[Any], stop: asyncio.Event) -> bool:
    """Wait for `work` or the stop; tell whether the work is done, raising what it raised."""
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not work.done():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return False
    work.result()
    return True
