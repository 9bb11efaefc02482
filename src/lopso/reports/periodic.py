"""The periodic report on communication for digital transformation, as the district sends it upward.

The arrangement is the customary one of such reports: what was ordered, the targets, the tasks, the units, judgement,
what comes next, proposals. Sentences are made for numbers; what only people know is left to be filled in.
"""

from __future__ import annotations

from collections import Counter

from lopso.records.achievements import UnitEntry
from lopso.reports import tables
from lopso.reports.document import Appendix, Block, Heading, Paragraph, Report
from lopso.reports.facts import Facts
from lopso.reports.forms import REPORT, plan_form, unit_form
from lopso.reports.sentences import endangered, few, quoted, target_sentences
from lopso.targets import TargetState, TaskState
from lopso.vietnamese import date
from lopso.words import catalogue

_ = catalogue("reports")


def periodic_report(facts: Facts, issuer: UnitEntry | None = None) -> Report:
    """Make the periodic report; `issuer` is the unit that sends it, None for the plan's own body."""
    plan, period = facts.plan, facts.period
    subject = _("Results of communication on digital transformation, {period}").format(period=period.name)
    form = unit_form(plan, issuer, REPORT, subject) if issuer else plan_form(plan, REPORT, subject)
    blocks: list[Block] = [
        Paragraph(_opening(facts, issuer.name if issuer else plan.issuer)),
        Heading(_("I. DIRECTION AND ORGANISATION")),
        Paragraph(_("[… name the documents issued within the period, meetings, inspections]")),
        Heading(_("II. THE TARGETS")),
        *_targets(facts),
        Heading(_("III. THE TASKS")),
        *_tasks(facts),
        Heading(_("IV. JUDGEMENT")),
        *_judgement(facts),
        Heading(_("V. WHAT COMES NEXT")),
        *_next(facts),
        Heading(_("VI. PROPOSALS")),
        Paragraph(_("[… proposals to the body above, or: none]")),
        Paragraph(_closing(period.name)),
    ]
    annex = Appendix(
        _("RESULTS OF THE UNITS AND LOCALITIES, {period}").format(period=period.name).upper(),
        (
            Paragraph(
                _("Targets 1 to {last} in the order of Table 1: done/total as of {day}.").format(
                    last=len(facts.states), day=date(facts.as_of)
                )
            ),
            tables.units_table(facts),
        ),
    )
    stem = f"bao-cao-dinh-ky-{period.starts}-{period.ends}"
    return Report(stem, form, tuple(blocks), (annex,), facts.sample)


def _opening(facts: Facts, issuer: str) -> str:
    return _(
        "Carrying out the “{plan}”, {issuer} reports the results of {period} (as of the end of {day}) as follows:"
    ).format(plan=facts.plan.title, issuer=issuer, period=facts.period.name, day=date(facts.as_of))


def _closing(period: str) -> str:
    return _("The above is the report on communication on digital transformation of {period}./.").format(period=period)


def _targets(facts: Facts) -> list[Block]:
    if not facts.states:
        return [Paragraph(_("No target of the plan counts this unit so far."))]
    standing = Counter(state.standing for state in facts.states)
    parts = [
        (standing["met"], _("{count} met in time")),
        (standing["met_late"], _("{count} met after the due date")),
        (standing["on_track"], _("{count} kept so far")),
        (standing["not_met"], _("{count} not met yet, within time")),
        (standing["overdue"], _("{count} not met and overdue")),
        (standing["no_data"], _("{count} without data")),
    ]
    said = "; ".join(words.format(count=few(count)) for count, words in parts if count)
    own = _("Of the plan's targets {count} count this unit. As of {day}: {standing}.")
    words = _("The plan sets {count} specific targets. As of {day}: {standing}.") if facts.whole else own
    blocks: list[Block] = [
        Paragraph(words.format(count=few(len(facts.states)), day=date(facts.as_of), standing=said)),
        tables.targets_table(facts),
    ]
    for number, state in enumerate(facts.states, 1):
        blocks.append(Heading(f"{number}. {state.target.title}", 2))
        blocks.append(Paragraph(target_sentences(state, facts.plan)))
    return blocks


def _tasks(facts: Facts) -> list[Block]:
    done = sum(count.count for count in facts.filed)
    units = len({count.unit_id for count in facts.filed})
    heard = sum(count.attendance for count in facts.filed)
    some = _("Within the period {count} activities of {units} units were accepted.")
    words = [
        some.format(count=few(done), units=few(units)) if done else _("No activity was accepted within the period.")
    ]
    if heard:
        words.append(_("{count} attendances were counted.").format(count=few(heard)))
    leaves = _leaves(facts)
    if leaves:
        words.append(
            _("Of the {all} tasks of the appendix: {standing}.").format(all=few(len(leaves)), standing=_spread(leaves))
        )
    blocks: list[Block] = [Paragraph(" ".join(words)), tables.activities_table(facts)]
    if facts.tasks:
        blocks.append(tables.tasks_table(facts))
    if facts.contents and facts.whole:  # what is taught is the same for all: of one unit nothing is said by it
        blocks.append(tables.contents_table(facts))
    blocks.append(Paragraph(_("[… outstanding activities of the period: contents, forms, effect]")))
    return blocks


def _spread(leaves: list[TaskState]) -> str:
    standing = Counter(state.state for state in leaves)
    parts = [
        (standing["done"], _("{count} done")),
        (standing["under_way"], _("{count} under way")),
        (standing["not_begun"], _("{count} not begun")),
        (standing["overdue"], _("{count} overdue")),
    ]
    return ", ".join(words.format(count=few(count)) for count, words in parts if count)


def _judgement(facts: Facts) -> list[Block]:
    good = [_met(state) for state in facts.states if state.met]
    bad = [_unmet(state) for state in facts.states if state.standing in ("overdue", "no_data") or endangered(state)]
    late = [state.task.title for state in _leaves(facts) if state.state == "overdue"]
    if late:
        bad.append(_("- Tasks that are overdue: {list}.").format(list="; ".join(late)))
    return [
        Heading(_("1. What was achieved"), 2),
        *(Paragraph(text) for text in good),
        Paragraph(_("[… other results, experience gained]")),
        Heading(_("2. What is lacking"), 2),
        *(Paragraph(text) for text in bad),
        Paragraph(_("[… other difficulties]")),
        Heading(_("3. Causes"), 2),
        Paragraph(_("[… objective and subjective causes]")),
    ]


def _met(state: TargetState) -> str:
    late = _("- The target {title} was met, after its due date.")
    return (late if state.standing == "met_late" else _("- The target {title} was met in time.")).format(
        title=quoted(state.target.title)
    )


def _unmet(state: TargetState) -> str:
    words = {
        "overdue": _("- The target {title} is overdue and not met."),
        "no_data": _("- There are no data on the target {title}."),
        "not_met": _("- The target {title} is in danger of not being met in time."),
    }[state.standing]
    return words.format(title=quoted(state.target.title))


def _next(facts: Facts) -> list[Block]:
    words = [
        _("- Go on towards the target {title} (due {due}).").format(
            title=quoted(state.target.title), due=date(state.target.due)
        )
        for state in facts.states
        if not state.met
    ]
    open_tasks = [state.task.id for state in _leaves(facts) if state.state != "done"]
    if open_tasks:
        words.append(_("- Go on with the tasks {list} of the plan's appendix.").format(list=", ".join(open_tasks)))
    return [*(Paragraph(text) for text in words), Paragraph(_("[… tasks of the next period, who, until when]"))]


def _leaves(facts: Facts) -> list[TaskState]:
    parents = {task.parent for task in facts.plan.tasks}
    return [state for state in facts.tasks if state.task.id not in parents]
