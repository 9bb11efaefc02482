"""The rule over the register of models: each published."""

from __future__ import annotations

from lopso.plan import Target
from lopso.records.evidence import Evidence
from lopso.records.models import ModelEntry, models_of
from lopso.targets.count import Count
from lopso.targets.state import Member
from lopso.targets.view import View, in_order, member_of


def count_models(view: View, target: Target) -> Count:
    """Count the accepted models and examples of the plan that have been published."""
    models = [
        model
        for model in models_of(view.session, view.plan.name, view.as_of)
        if model.state == "accepted" and view.sees(model.unit_id)
    ]
    return Count(
        [model.first_published_on for model in models if model.first_published_on],
        len(models),
        any(model.sample for model in models),
        lambda: in_order([_member(view, target, model) for model in models]),
    )


def _member(view: View, target: Target, model: ModelEntry) -> Member:
    day, media = model.first_published_on, ", ".join(model.media)
    proof = Evidence(day, model.sample, media, model.link) if day else None
    return member_of(view, target, view.place(model.unit_id), proof, name=model.title, sample=model.sample)
