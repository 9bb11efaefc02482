"""The application: routes, state and failures put together from values its caller made."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine

from lopso import attempts
from lopso.records.gradebook import Gradebook
from lopso.records.writer import Writer
from lopso.settings import Settings
from lopso.web import (
    autosave,
    certificate_desk,
    certificates,
    club_api,
    club_site,
    collecting,
    deadlines,
    desk,
    desk_due,
    discards,
    editor,
    failures,
    filing,
    filing_weeks,
    lessons,
    live_writing,
    models,
    paper_site,
    people_pages,
    photos,
    play,
    quizzes,
    regrades,
    reports,
    uploads,
    visitor,
    writing_desk,
)
from lopso.web.guesses import Guesses
from lopso.web.limits import BodyLimit
from lopso.web.live import Live
from lopso.web.rendering import STATIC, make_environment
from lopso.web.report_maker import ReportMaker
from lopso.web.visitor import Door

#: Threads that read and render at once. One interpreter runs one of them at a time: with anyio's 40 the pages of a
#: whole class took twice the processor time; and each of these keeps a connection of the engine's pool.
READERS = 4


def make_app(
    settings: Settings,
    engine: Engine,
    door: Door,
    after_hand_in: Callable[[str], object],
    clock: Callable[[], dt.datetime] = quizzes.now,
    pupil_key: bytes = b"",
) -> FastAPI:
    """Make the web service; it keeps nothing of its own but caches.

    `after_hand_in` is called with an attempt's id, in a thread, once its marks are on disk and the learner has a reply.
    Quizzes and sessions open, close and end by `clock`. `pupil_key` signs the places of pupils in club sessions;
    without one it is drawn, and no other process takes what this one signed.
    """
    writer = Writer(engine)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = READERS
        writer.start()
        await live_writing.begin(app.state)
        watching = [asyncio.create_task(each.watch(app.state)) for each in (deadlines, collecting, live_writing)]
        watching.append(asyncio.create_task(live_writing.look(app.state)))
        yield
        await app.state.reports.stop()
        await app.state.press.stop()
        for task in watching:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        app.state.live.end()
        writer.stop()

    app = FastAPI(title="Lớp Số", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.engine = engine
    app.state.writer = writer
    app.state.gradebook = Gradebook(engine)
    app.state.hand_in = partial(attempts.hand_in_asked, gradebook=app.state.gradebook)
    app.state.door = door
    app.state.clock = clock
    app.state.zone = ZoneInfo(settings.timezone)
    app.state.after_hand_in = after_hand_in
    app.state.templates = make_environment(settings.timezone)
    app.state.guesses = Guesses(clock)
    app.state.reports = ReportMaker(settings)
    app.state.live = Live(engine, clock, settings.own_pace_lines)
    app.state.pupil_key = pupil_key or secrets.token_bytes(32)
    people_pages.prepare(app.state)
    paper_site.prepare(app.state)
    club_site.prepare(app.state)
    larger = {part.PATH: part.REQUEST_LIMIT for part in (uploads, photos, people_pages)}
    app.add_middleware(BodyLimit, limit=settings.max_body_kib * 1024, larger=larger)
    failures.install(app)
    # What thousands ask for comes first: each route that is tried before costs a little.
    for part in (lessons, quizzes):
        app.include_router(part.router)
    app.include_router(club_site.pupils)
    for part in (
        visitor,
        writing_desk,
        editor,
        discards,
        uploads,
        regrades,
        filing_weeks,
        filing,
        desk,
        desk_due,
        models,
    ):
        app.include_router(part.router)
    app.include_router(people_pages.router)
    app.include_router(paper_site.router)
    for part in (certificates, certificate_desk, reports, club_api, club_site):
        app.include_router(part.router)
    autosave.install(app)
    play.install(app)
    app.add_api_route("/healthz", lambda: PlainTextResponse("ok"))
    app.mount("/static", StaticFiles(directory=STATIC))
    return app
