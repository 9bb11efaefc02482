"""How a target is counted: a fixed set of rules, each with the fields it needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lopso.fields import Fields
from lopso.words import catalogue

_ = catalogue("plan")


@dataclass(frozen=True)
class DocumentsFiled:
    """Every unit of the kinds files a document of its own: an accepted activity of the activity kinds."""

    unit_kinds: tuple[str, ...]
    activity_kinds: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """What units send or put on their pages each week, as activities of the activity kinds.

    It is expected of the units of `unit_kinds` and of those whose codes are `units`.

    A week is kept with `per_week_min` of them; `per_week_max` is what the plan asks for at most, and more is no fault.
    Longer ones than `max_minutes` (0: without limit) do not count.
    """

    name: str
    unit_kinds: tuple[str, ...]
    activity_kinds: tuple[str, ...]
    per_week_min: int
    per_week_max: int
    max_minutes: int
    units: tuple[str, ...] = ()

    def expects(self, kind: str, code: str) -> bool:
        """Tell whether the unit `code` of `kind` is expected to keep it."""
        return kind in self.unit_kinds or code in self.units


@dataclass(frozen=True)
class WeeksKept:
    """Every regular column is kept, week after week, from the plan's start to the target's due date."""

    columns: tuple[Column, ...]


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
            return DocumentsFiled(
                references(fields, "unit_kinds", known.unit_kinds),
                references(fields, "activity_kinds", known.activity_kinds),
            )
        case "weeks_kept":
            return WeeksKept(tuple(_read_column(entry, known) for entry in fields.tables("column", least=1)))
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


def _read_column(fields: Fields, known: Vocabulary) -> Column:
    column = Column(
        name=fields.text("name"),
        unit_kinds=references(fields, "unit_kinds", known.unit_kinds, ()),
        activity_kinds=references(fields, "activity_kinds", known.activity_kinds),
        per_week_min=fields.whole("per_week_min", 1, low=1, high=50),
        per_week_max=fields.whole("per_week_max", 50, low=1, high=50),
        max_minutes=fields.whole("max_minutes", 0, high=600),
        units=fields.texts("units", ()),
    )
    if not column.unit_kinds and not column.units:
        fields.fault("unit_kinds", _("no unit is named"), _("unit_kinds or units"))
    if column.per_week_max < column.per_week_min:
        fields.fault("per_week_max", _("is less than per_week_min"))
    fields.finish()
    return column
