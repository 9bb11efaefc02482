"""The pages of people, put together: lists first, since their addresses look like a person's."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import State

from lopso.directory import Directory
from lopso.web import people, people_lists, people_one
from lopso.web.people_lists import PATH, REQUEST_LIMIT, Lists

__all__ = ["PATH", "REQUEST_LIMIT", "prepare", "router"]

router = APIRouter()
for part in (people_lists, people, people_one):
    router.include_router(part.router)


def prepare(state: State) -> None:
    """Give the pages what they remember between requests."""
    state.directory = Directory(state.engine)
    state.people_lists = Lists(state.settings)
