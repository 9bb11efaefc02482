"""A quiz as nbgrader's source notebook: prompts, answer cells, and marking cells with the key in hidden tests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lopso.assignments import answers, cells, forms
from lopso.assignments.marking import number as in_words
from lopso.errors import OperatorError
from lopso.questions.question import Question, prompt
from lopso.questions.quiz import Quiz
from lopso.records.names import answer_cell
from lopso.words import catalogue

_ = catalogue("assignments")

#: What nbgrader puts in place of a solution: nothing, since the empty `dap_an = …` stands above it.
STUB = ""


def notebook(quiz: Quiz) -> cells.Document:
    """Make the source notebook of a quiz, the right answers in its solution regions.

    Raises OperatorError for a kind of question that notebooks do not know, and for ids that nbgrader would confuse.
    """
    made = [introduction(quiz)]
    for number, question in enumerate(quiz.questions, 1):
        made.extend(question_cells(quiz, number, question, _solved(question), _hidden(quiz, question)))
    _refuse_twins(made)
    return cells.document(made, about(quiz))


def about(quiz: Quiz) -> dict[str, str]:
    """Name quiz and version, for the notebook's metadata."""
    return {"quiz": quiz.name, "version": quiz.version}


def introduction(quiz: Quiz) -> cells.Cell:
    """Make the opening cell: what the quiz is and how one answers in a notebook."""
    how = _("Write each answer in the cell under its question, on the line that begins with `dap_an =`, then save.")
    return cells.markdown("intro", "\n\n".join(part for part in (f"# {quiz.title}", quiz.intro, how) if part))


def question_cells(
    quiz: Quiz, number: int, question: Question, answered: str, tests: str, grade: str | None = None
) -> list[cells.Cell]:
    """Make the three cells of a question; `grade` is nbgrader's name of its mark: without one, the question's id.

    An empty `grade` makes cells that nbgrader leaves alone. `answered` and `tests` end the answer and marking cells.
    """
    name = question.id if grade is None else grade
    prompt_id, answer_id = (f"prompt-{question.id}", answer_cell(question.id)) if name == question.id else ("", "")
    return [
        cells.markdown(f"p-{question.id}", _prompt(quiz, number, question), prompt_id),
        cells.answer(f"a-{question.id}", f"{_answer_head(number, question)}\n{answered}", answer_id),
        cells.marking(f"m-{question.id}", f"{_marking_head(number)}\n{tests}".rstrip(), name, question.points),
    ]


def _prompt(quiz: Quiz, number: int, question: Question) -> str:
    head = _("### Question {n} ({points} points)").format(n=number, points=in_words(question.points))
    parts = [head, question.prompt, f"*{forms.form_of(question).task()}*"]
    texts = {option.id: " ".join(option.text.split()) for option in forms.options_of(question)}
    # A fixed shuffle: authors often write the right option first.
    order = [option["id"] for option in prompt(question, quiz.option_seed(quiz.name)).get("options", [])]
    return "\n\n".join([*parts, "\n".join(f"- `{one}`: {texts[one]}" for one in order)]).rstrip()


def _answer_head(number: int, question: Question) -> str:
    title = _("QUESTION {n}: ANSWER HERE").format(n=number)
    return f"# {title}\n# {forms.form_of(question).how()}"


def _marking_head(number: int) -> str:
    return "# " + _("Marking of question {n}. Nothing to do here.").format(n=number)


def blank(question: Question) -> str:
    """Write the answer line as a learner finds it."""
    line = answers.written(forms.form_of(question).blank)
    return line.replace("''", '""')


def _solved(question: Question) -> str:
    right = answers.written(question.examples().right)
    return f"{blank(question)}\n### BEGIN SOLUTION\n{right}\n### END SOLUTION"


def _hidden(quiz: Quiz, question: Question) -> str:
    key = _one_line(forms.to_table(question))
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
