"""A number with a tolerance and, if wanted, a unit."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from lopso.errors import Unreadable
from lopso.fields import Fields
from lopso.questions.accepting import read_text
from lopso.questions.form import one_value
from lopso.questions.quantity import Quantity, read_quantity
from lopso.questions.question import Examples, Mark, Question, common_fields
from lopso.text import squeeze
from lopso.words import catalogue

_ = catalogue("questions")

LONGEST = 60
_WITHOUT_UNIT = re.compile("[-\N{MINUS SIGN}+0-9., ]*[0-9][., ]*")


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """The answer document is the number as typed: "1.234,5 km"; how it is read, see quantity.read_quantity.

    `units` gives for every other accepted unit how many of `unit` one of it is: with km, {m = 0.001}.
    Either `tolerance`, in `unit`, or `tolerance_percent`, of the answer, is given.
    """

    kind = "number"
    answer: float
    tolerance: float | None
    tolerance_percent: float | None
    unit: str
    units: Mapping[str, float]
    unit_required: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read the question; a percentage and an absolute tolerance exclude each other."""
        percent = fields.number("tolerance_percent", high=100) if fields.has("tolerance_percent") else None
        if percent is not None and fields.has("tolerance"):
            fields.fault("tolerance", _("either this field or tolerance_percent"))
        tolerance = fields.number("tolerance", 0, high=1e12)
        question = cls(
            **common_fields(fields),
            answer=fields.number("answer", low=-1e12, high=1e12),
            tolerance=tolerance if percent is None else None,
            tolerance_percent=percent,
            unit=fields.text("unit", ""),
            units=_read_units(fields),
            unit_required=fields.flag("unit_required", False),
        )
        question._check(fields)
        return question

    def shown(self, rng: random.Random | None, media: str = "") -> dict[str, Any]:  # noqa: ARG002 - nothing to shuffle
        """Give the unit, every accepted unit, and the longest answer taken, in characters."""
        return {"unit": self.unit, "units": list(self._factors()), "longest": LONGEST}

    def read_form(self, form: Mapping[str, list[str]]) -> str | None:
        """Give the number with the unit chosen beside it, unless a unit was typed."""
        typed, unit = one_value(form.get("", [])), one_value(form.get("unit", []))
        return f"{typed.strip()} {unit}" if typed and unit and _WITHOUT_UNIT.fullmatch(typed) else typed

    def read_answer(self, raw: Any) -> Quantity | None:
        """Read a number, Vietnamese notation first, with one of the accepted units or none."""
        text = squeeze(read_text(raw, LONGEST) or "")
        if not text:
            return None
        given = read_quantity(text)
        known = self._unit_of(given.unit)
        if known is None:
            use = _("Leave it out or use one of: {list}.").format(list=", ".join(self._factors()))
            raise Unreadable(
                _("The unit “{unit}” is not known here.").format(unit=given.unit),
                use if self.unit else _("Type the number alone."),
            )
        return Quantity(given.value, known)

    def mark_answer(self, answer: Quantity) -> Mark:
        """Give all points within the tolerance, otherwise none."""
        if self.unit_required and not answer.unit:
            return self.marked(0, reason=_("The unit is missing."))
        value = answer.value * self._factors().get(answer.unit, Fraction(1))
        return self.marked(float(abs(value - _exact(self.answer)) <= self._tolerance()))

    def examples(self) -> Examples:
        """Give the answer with its unit, a number beyond the tolerance, and a word."""
        wrong = Decimal(str(self.answer)) + 2 * Decimal(str(float(self._tolerance()))) + 1
        return Examples(self._written(Decimal(str(self.answer))), self._written(wrong), "không biết")

    def key_texts(self) -> tuple[str, ...]:
        """List the explanation: a number may stand anywhere by chance."""
        return (self.explanation,) if self.explanation else ()

    def _check(self, fields: Fields) -> None:
        if (self.units or self.unit_required) and not self.unit:
            fields.fault("unit", _("is missing"), _("the unit that the answer is in"))
        names = [self.unit, *self.units] if self.unit else []
        for name in names:
            if name[0].isdigit() or name[0] in ".,-+":
                fields.fault("unit", _("a unit cannot begin so: {unit}").format(unit=name))
        if len({squeeze(name) for name in names}) < len(names):
            fields.fault("units", _("the unit stands twice"))
        if any(len(str(example)) > LONGEST for example in (self.examples().right, self.examples().wrong)):
            fields.fault("answer", _("too long"), _("at most {n} characters").format(n=LONGEST))

    def _factors(self) -> dict[str, Fraction]:
        others = {name: _exact(factor) for name, factor in self.units.items()}
        return {self.unit: Fraction(1)} | others if self.unit else {}

    def _unit_of(self, typed: str) -> str | None:
        """Find the accepted unit: as written, or, where only one differs from it by case, that one."""
        names = list(self._factors())
        if not typed or typed in names:
            return typed
        alike = [name for name in names if name.casefold() == typed.casefold()]
        return alike[0] if len(alike) == 1 else None

    def _tolerance(self) -> Fraction:
        if self.tolerance_percent is not None:
            return abs(_exact(self.answer)) * _exact(self.tolerance_percent) / 100
        return _exact(self.tolerance or 0)

    def _written(self, value: Decimal) -> str:
        return f"{value:f} {self.unit}".replace(".", ",", 1).strip()


def _read_units(fields: Fields) -> dict[str, float]:
    """Read `[question.units]`: unit = factor."""
    value = fields.table("units")
    units = {name: factor for name, factor in value.items() if _is_factor(factor)}
    for name in value.keys() - units.keys():
        fields.fault("units", _("cannot be {value}").format(value=f"{name} = {value[name]!r}"), _("a positive number"))
    return units


def _is_factor(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e15


def _exact(value: float) -> Fraction:
    return Fraction(str(value))  # 0.1 as it is written, not as the machine holds it
