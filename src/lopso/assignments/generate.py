"""The process that runs nbgrader's generate_assignment: it changes the working folder and imports for seconds."""

from __future__ import annotations

import json
import sys
from typing import Any

from lopso.assignments.source import STUB
from lopso.records.schema import COURSE


def generate(root: str, database_url: str, exchange: str, assignment: str) -> dict[str, Any]:
    """Release `assignment` from root/source to root/release; give nbgrader's own answer."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = root
    config.CourseDirectory.course_id = COURSE
    config.CourseDirectory.db_url = database_url
    config.Exchange.root = exchange
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = STUB
    answer: dict[str, Any] = NbGraderAPI(config=config).generate_assignment(assignment, force=True, create=True)
    return answer


def main() -> None:
    """Read the order from standard input (the database's address may hold a password), write the answer to stdout."""
    answer = generate(**json.load(sys.stdin))
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
