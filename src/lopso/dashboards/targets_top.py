"""The upper part of the targets board: heading, cards and the map of one target, without anybody's name."""

from __future__ import annotations

from lopso.dashboards.cards import cards_html
from lopso.dashboards.face import about_html, top_html
from lopso.dashboards.targets_reading import Reading
from lopso.dashboards.tiles import tile_map_html
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("dashboards")


def first_target(reading: Reading) -> str:
    """Choose the target that is looked at first: the first one not met yet that has data, else one that has."""
    with_data = [state for state in reading.states if state.numerator is not None]
    open_ones = [state for state in with_data if not state.met]
    return next((state.target.id for state in [*open_ones, *with_data]), "")


def targets_top_html(reading: Reading, roles: tuple[str, ...], target: str, top: str = "", area: str = "") -> str:
    """Write it; `target` is the one on the map, `top` and `area` are the district and commune looked at."""
    about = about_html(reading.plan.title, reading.plan.issuer, reading.sample, reading.read_at, reading.whole)
    if reading.as_of != reading.read_at.date():
        then = _("State at the end of {date}").format(date=date(reading.as_of))
        about += f'<p class="lt-tag lt-wait">{then}</p>'
    state = reading.state(target)
    shown = tile_map_html(state, reading.tops, top, area) if state else ""
    place = f'<div data-place="map" tabindex="-1">{shown}</div>'
    return top_html("targets", roles, about) + cards_html(reading.plan, reading.states, target) + place
