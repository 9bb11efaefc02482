"""The communes as a map of tiles: name, share and a sign each, so that colour says nothing alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from lopso.dashboards.asking import ask, button
from lopso.targets import Member, TargetState
from lopso.text import sort_key
from lopso.vietnamese import percent, whole
from lopso.words import catalogue

_ = catalogue("dashboards")


@dataclass(frozen=True)
class Tile:
    """A commune, a unit outside all communes, or a whole district, with how many of its members are done."""

    area: str
    done: int
    total: int

    @property
    def percent(self) -> float:
        """The share done."""
        return 100 * self.done / self.total

    def level(self, goal: float) -> str:
        """Say how far it is: met, half, begun or nothing."""
        if self.percent >= goal:
            return "met"
        if not self.done:
            return "none"
        return "half" if self.percent >= goal / 2 else "begun"


#: Level → sign; the words stand in `level_words`.
SIGNS = {"met": "✓", "half": "◐", "begun": "◔", "none": "○"}


def level_words() -> dict[str, str]:
    """Say each level."""
    return {
        "met": _("goal reached"),
        "half": _("at least half of the goal"),
        "begun": _("begun, below half of the goal"),
        "none": _("nothing yet"),
    }


def tiles_of(members: Iterable[Member], tops: Mapping[int, str] | None = None, top: str = "") -> list[Tile]:
    """Count members by area, in the order of the Vietnamese alphabet.

    Where there are several districts (`tops`: unit id → district), count by district, or by area within `top`.
    """
    total: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for member in members:
        district = tops.get(member.unit_id, member.area) if tops else ""
        if top and district != top:
            continue
        name = district if tops and not top else member.area
        total[name] += 1
        done[name] += member.done_on is not None
    return [Tile(area, done[area], total[area]) for area in sorted(total, key=sort_key)]


def tile_map_html(state: TargetState, tops: Mapping[int, str], top: str, chosen: str) -> str:
    """Write the map of a target, its legend and what it shows as a sentence; `chosen` is the area looked at."""
    goal = state.target.goal_percent
    tiles = tiles_of(state.members, tops, top)
    verb = "top" if tops and not top else "area"
    title = _("By district") if verb == "top" else _("By commune")
    up = button(_("All districts"), ask("top", ""), goto="map") if top else ""
    where = f'<p class="lt-crumbs">{up}<span aria-hidden="true">›</span> <b>{escape(top)}</b></p>' if top else ""
    return (
        f'<section class="lt-map" aria-label="{_("Map of the communes")}">'
        f'<h2 class="lt-title">{title}: {escape(state.target.title)}</h2>{where}'
        f"<p>{escape(map_sentence(tiles, goal))}</p>{_legend(tiles, goal)}"
        f'<ul class="lt-tiles">{"".join(_tile(tile, goal, verb, chosen) for tile in tiles)}</ul></section>'
    )


def map_sentence(tiles: list[Tile], goal: float) -> str:
    """Say what the map shows."""
    if not tiles:
        return _("There is nothing to show on the map yet.")
    met = [tile for tile in tiles if tile.level(goal) == "met"]
    behind = sorted((tile for tile in tiles if tile.level(goal) != "met"), key=lambda tile: tile.percent)
    said = _("{met} of {all} communes and units have reached {goal}.").format(
        met=whole(len(met)), all=whole(len(tiles)), goal=percent(goal)
    )
    if not behind:
        return said
    names = ", ".join(f"{tile.area} ({percent(tile.percent, goal)})" for tile in behind[:3])
    return f"{said} {_('Furthest behind: {names}.').format(names=names)}"


def _legend(tiles: list[Tile], goal: float) -> str:
    counts = Counter(tile.level(goal) for tile in tiles)
    entries = [
        f'<li><span class="lt-swatch lt-{level}">{SIGNS[level]}</span> {words} ({whole(counts[level])})</li>'
        for level, words in level_words().items()
    ]
    return f'<ul class="lt-legend">{"".join(entries)}</ul>'


def _tile(tile: Tile, goal: float, verb: str, chosen: str) -> str:
    level = tile.level(goal)
    sign = f'<span aria-hidden="true">{SIGNS[level]} </span>'
    words = (
        f'<span class="lt-tile-name">{escape(tile.area)}</span>'
        f'<span class="lt-tile-share">{sign}{percent(tile.percent, goal)}</span>'
        f'<span class="lt-tile-count">{whole(tile.done)}/{whole(tile.total)}</span>'
        f'<span class="lt-hidden">, {level_words()[level]}</span>'
    )
    here = tile.area == chosen
    goto = "map" if verb == "top" else "list"
    pressed = button(words, ask(verb, tile.area), look=f"lt-tile lt-{level}", goto=goto, pressed=here)
    return f"<li>{pressed}</li>"
