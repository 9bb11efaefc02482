"""The pages of quizzes on paper, put together."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import State

from lopso.web import printing, sheets
from lopso.web.paper_tables import Tables
from lopso.web.printing import Press

router = APIRouter()
for part in (printing, sheets):
    router.include_router(part.router)


def prepare(state: State) -> None:
    """Give the pages what they remember between requests."""
    state.press = Press(state.settings)
    state.paper_tables = Tables(state.settings)
