"""A quiz as nbgrader's source notebook: prompts, answer cells, and marking cells with the key in hidden tests."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lopso.assignments import answers, cells, forms, shown
from lopso.assignments.marking import number as in_words
from lopso.errors import OperatorError
from lopso.questions.question import Question
from lopso.questions.quiz import Quiz
from lopso.records.names import answer_cell
from lopso.words import catalogue

_ = catalogue("assignments")

#: What nbgrader puts in place of a solution: nothing, since the empty `dap_an = …` stands above it.
STUB = ""
#: Where a poll is answered: a name of its own, lest it pass for the answer to the question after it.
OPINION = "y_kien"


def notebook(quiz: Quiz) -> cells.Document:
    """Make the source notebook of a quiz, the right answers in its solution regions.

    Raises OperatorError for a kind of question that notebooks do not know, and for ids that nbgrader would confuse.
    """
    made = [introduction(quiz)]
    for number, question in enumerate(quiz.questions, 1):
        made.extend(question_cells(quiz, number, question, _solved(question), _hidden(quiz, question)))
    _refuse_twins(made)
    # Without the version: it is the hash of quiz and key, and the released notebook is made of this one.
    return cells.document(made, {"quiz": quiz.name})


def about(quiz: Quiz) -> dict[str, str]:
    """Name quiz and version, for the metadata of notebooks that no learner gets before the marks."""
    return {"quiz": quiz.name, "version": quiz.version}


def introduction(quiz: Quiz) -> cells.Cell:
    """Make the opening cell: what the quiz is and how one answers in a notebook."""
    how = _("Write each answer in the cell under its question, on the line that begins with `dap_an =`, then save.")
    return cells.markdown("intro", "\n\n".join(part for part in (f"# {quiz.title}", quiz.intro, how) if part))


def question_cells(
    quiz: Quiz, number: int, question: Question, answered: str, tests: str, grade: str | None = None
) -> list[cells.Cell]:
    """Make the cells of a question; `grade` is nbgrader's name of its mark: without one, the question's id.

    An empty `grade` makes cells that nbgrader leaves alone. `answered` and `tests` end the answer and marking cells:
    prompt, answer, marking; prompt and a text that a person marks; prompt and an opinion; or the prompt alone.
    """
    name = question.id if grade is None else grade
    prompt_id, answer_id = (f"prompt-{question.id}", answer_cell(question.id)) if name == question.id else ("", "")
    asked = cells.markdown(f"p-{question.id}", _prompt(quiz, number, question), prompt_id)
    kind = forms.form_of(question).cells
    if kind == "read":
        return [asked]
    if kind == "asked":
        return [asked, cells.answer(f"a-{question.id}", answered)]
    if kind == "manual":
        return [asked, cells.essay(f"a-{question.id}", f"{_essay_head()}\n{answered}", name, question.points)]
    return [
        asked,
        cells.answer(f"a-{question.id}", f"{_answer_head(number, question)}\n{answered}", answer_id),
        cells.marking(f"m-{question.id}", f"{_marking_head(number)}\n{tests}".rstrip(), name, question.points),
    ]


def _prompt(quiz: Quiz, number: int, question: Question) -> str:
    form = forms.form_of(question)
    task = form.task()
    # A fixed shuffle: authors often write the right option first.
    parts = shown.parts(question, quiz.option_seed(quiz.name))
    text = [_heading(number, question), shown.markdown(question.prompt), f"*{task}*" if task else "", *parts]
    return "\n\n".join(part for part in text if part).rstrip()


def _heading(number: int, question: Question) -> str:
    kind = forms.form_of(question).cells
    if kind == "read":
        return ""
    if kind == "asked":
        return _("### Question {n} (no points)").format(n=number)
    return _("### Question {n} ({points} points)").format(n=number, points=in_words(question.points))


def _answer_head(number: int, question: Question) -> str:
    title = _("QUESTION {n}: ANSWER HERE").format(n=number)
    return f"# {title}\n# {forms.form_of(question).how()}"


def _essay_head() -> str:
    # Without the question's number: nbgrader knows a blank text by being the same, whatever version it was sat on.
    return _("**YOUR TEXT** (click here twice, write below this line, then press Shift+Enter)")


def _marking_head(number: int) -> str:
    return "# " + _("Marking of question {n}. Nothing to do here.").format(n=number)


def filled(question: Question, raw: Any) -> str:
    """Write what an answer cell holds below its head; `raw` None is as a learner finds it."""
    kind = forms.form_of(question).cells
    if kind == "asked":
        return _opinion(raw)
    if kind == "manual":
        return _as_typed(raw) if isinstance(raw, str) and raw.strip() else ""
    return answers.blank(question) if raw is None else answers.written(question, raw)


def _as_typed(text: str) -> str:
    """Write a learner's text so that Formgrader shows it as it was typed, and nothing in it is markup."""
    return f'\n<pre style="white-space: pre-wrap; font-family: inherit">{html.escape(text)}</pre>'


def _opinion(raw: Any) -> str:
    how = _("Put the code of your choice between the quotes; several with commas between them.")
    given = ", ".join(raw) if isinstance(raw, list) else raw or ""
    return f'# {how}\n{OPINION} = "{given}"'


def _solved(question: Question) -> str:
    kind = forms.form_of(question).cells
    if kind == "asked":
        return _opinion(None)
    if kind == "manual":
        return f"### BEGIN SOLUTION\n{_('A person marks this text by the rubric above.')}\n### END SOLUTION"
    right = answers.written(question, question.examples().right)
    return f"{answers.blank(question)}\n### BEGIN SOLUTION\n{right}\n### END SOLUTION"


def _hidden(quiz: Quiz, question: Question) -> str:
    key = _one_line(question.to_table())
    return "\n".join(
        (
            "### BEGIN HIDDEN TESTS",
            "import warnings",
            "",
            'warnings.simplefilter("ignore")  # nbgrader takes any warning for a failed test',
            "from lopso.assignments.marking import points",
            "",
            f"points({quiz.name!r}, {key!r})",
            "### END HIDDEN TESTS",
        )
    )


def _one_line(table: Mapping[str, Any]) -> str:
    """Write a question as JSON in which no text can pass for one of nbgrader's own marks."""
    text = json.dumps(table, ensure_ascii=False, sort_keys=True)
    for word in ("HIDDEN TESTS", "SOLUTION", "MARK SCHEME", "AUTOTEST"):
        text = text.replace(word, f"\\u{ord(word[0]):04x}{word[1:]}")
    return text


def _refuse_twins(made: list[cells.Cell]) -> None:
    counts = Counter(cells.grade_id(cell) for cell in made)
    twins = [name for name, count in counts.items() if name and count > 1]
    if twins:
        raise OperatorError(
            _("Two cells of the notebook would have the same name: {list}.").format(list=", ".join(twins)),
            _("Give one of the questions another id."),
        )
