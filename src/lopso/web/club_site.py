"""All pages of club sessions: joining and playing (`pupils`), and the teacher's."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from lopso.web import club_desk, club_pages, club_results, join, play_pages
from lopso.web.doorkeeper import Doorkeeper

pupils, router = APIRouter(), APIRouter()
for page in (join, play_pages):
    pupils.include_router(page.router)
for part in (club_pages, club_desk, club_results):
    router.include_router(part.router)


def prepare(state: Any) -> None:
    """Give the pages what they share."""
    state.doorkeeper = Doorkeeper(state.clock)
