"""How a target is counted: a fixed set of rules, each with the fields it needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lopso.fields import Fields
from lopso.words import catalogue

_ = catalogue("plan")


@dataclass(frozen=True)
class DocumentsFiled:
    """Every unit of the kinds files its own plan."""

    unit_kinds: tuple[str, ...]


@dataclass(frozen=True)
class WeeksKept:
    """Every unit of the kinds keeps a regular column, week after week; `max_minutes` 0 is without limit."""

    unit_kinds: tuple[str, ...]
    per_week_min: int
    per_week_max: int
    max_minutes: int


@dataclass(frozen=True)
class PeopleTrained:
    """Everybody of the occupations completes every one of the courses."""

    occupations: tuple[str, ...]
    courses: tuple[str, ...]


@dataclass(frozen=True)
class ModelsPublished:
    """Every good example that is known gets published."""


@dataclass(frozen=True)
class UnitsReached:
    """Units of the kinds hold at least one accepted activity of the activity kinds."""

    unit_kinds: tuple[str, ...]
    activity_kinds: tuple[str, ...]


Rule = DocumentsFiled | WeeksKept | PeopleTrained | ModelsPublished | UnitsReached

RULES = ("documents_filed", "weeks_kept", "people_trained", "models_published", "units_reached")


@dataclass(frozen=True)
class Vocabulary:
    """The ids that a rule may refer to."""

    unit_kinds: Collection[str]
    activity_kinds: Collection[str]
    occupations: Collection[str]


def read_rule(fields: Fields, known: Vocabulary) -> Rule | None:
    """Read `rule` and its own fields from a `[[target]]`; None where the rule is unknown (a fault is noted)."""
    match fields.one_of("rule", RULES):
        case "documents_filed":
            return DocumentsFiled(references(fields, "unit_kinds", known.unit_kinds))
        case "weeks_kept":
            return _read_weeks(fields, known)
        case "people_trained":
            return PeopleTrained(references(fields, "occupations", known.occupations), fields.texts("courses"))
        case "models_published":
            return ModelsPublished()
        case "units_reached":
            return UnitsReached(
                references(fields, "unit_kinds", known.unit_kinds),
                references(fields, "activity_kinds", known.activity_kinds),
            )
    return None


def references(
    fields: Fields, field: str, known: Collection[str], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Read a list of ids, noting each one that is not `known`."""
    ids = fields.texts(field, default)
    for name in ids:
        if name not in known:
            expected = _("one of: {list}").format(list=", ".join(known)) if known else ""
            fields.fault(field, _("unknown: {id}").format(id=name), expected)
    return ids


def _read_weeks(fields: Fields, known: Vocabulary) -> WeeksKept:
    rule = WeeksKept(
        references(fields, "unit_kinds", known.unit_kinds),
        per_week_min=fields.whole("per_week_min", 1, low=1, high=50),
        per_week_max=fields.whole("per_week_max", 50, low=1, high=50),
        max_minutes=fields.whole("max_minutes", 0, high=600),
    )
    if rule.per_week_max < rule.per_week_min:
        fields.fault("per_week_max", _("is less than per_week_min"))
    return rule
