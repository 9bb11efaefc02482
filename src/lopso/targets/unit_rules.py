"""Rules over units: a document filed, an activity held.

Counted are the units that exist on the day. Work stays with a place when its units change: a unit stands for all that
was merged into it, so it has done what it did itself since the merger, or what it and every unit merged into it had
done before. A unit that is one part of a divided one has done what the whole had done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lopso.plan import Target
from lopso.plan.rules import DocumentsFiled, UnitsReached
from lopso.records.evidence import Counting, Evidence, activities_of, first_activities
from lopso.targets.count import Count
from lopso.targets.view import View, in_order, member_of


def count_units(view: View, target: Target, rule: DocumentsFiled | UnitsReached) -> Count:
    """Count the units of the rule's kinds that have acted."""
    counting = view.counting(rule.activity_kinds, filed=isinstance(rule, DocumentsFiled))
    units = [unit for unit in view.units if unit.kind in rule.unit_kinds]
    firsts = first_activities(view.session, counting)
    merged = _Merged.of(view, counting, [unit.id for unit in units if unit.id in view.parts])
    found = [(unit, merged.done(unit.id) if unit.id in view.parts else firsts.get(unit.id)) for unit in units]
    days = [proof.occurred_on for _unit, proof in found if proof]
    sample = any(unit.sample or (proof is not None and proof.sample) for unit, proof in found)
    return Count(days, len(found), sample, lambda: in_order([member_of(view, target, *each) for each in found]))


@dataclass(frozen=True)
class _Merged:
    """What the units that others were merged into had done, with all that became part of them."""

    view: View
    acts: Mapping[int, Sequence[Evidence]]

    @classmethod
    def of(cls, view: View, counting: Counting, unit_ids: Sequence[int]) -> _Merged:
        wanted, left = set[int](), list(unit_ids)
        while left:
            each = left.pop()
            if each not in wanted:
                wanted.add(each)
                left += [part for parts in view.parts.get(each, {}).values() for part in parts]
        return cls(view, activities_of(view.session, counting, wanted) if wanted else {})

    def done(self, unit_id: int, depth: int = 0) -> Evidence | None:
        """Give what completed a unit's part: the later one of its parts, or the first of its own since."""
        mergers = sorted(self.view.parts.get(unit_id, {}).items()) if depth < 20 else []  # no circle lasts that long
        own = self.acts.get(unit_id, ())
        at = _first(own, None, mergers[0][0] if mergers else None)
        before = self.view.histories[unit_id].was_before(mergers[0][0]) if mergers else True
        for place, (since, parts) in enumerate(mergers):
            proofs = [self.done(part, depth + 1) for part in parts] + ([at] if before else [])
            whole = [proof for proof in proofs if proof]
            together = max(whole, key=lambda proof: proof.occurred_on) if len(whole) == len(proofs) else None
            at = together or _first(own, since, mergers[place + 1][0] if place + 1 < len(mergers) else None)
            before = True
        return at


def _first(acts: Sequence[Evidence], since: dt.date | None, before: dt.date | None) -> Evidence | None:
    return next(
        (
            act
            for act in acts
            if (since is None or act.occurred_on >= since) and (before is None or act.occurred_on < before)
        ),
        None,
    )
