"""Submissions as files: there after handing in, of the attempt that counts, and as nbgrader wants them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from gradebook_stand import REPOSITORY, Stand, make_stand

from lopso.assignments import cells, files
from lopso.errors import OperatorError

QUIZ = """
title = "Thử"
tries = 3
counts = "best"
[[question]]
id = "mot"
kind = "single_choice"
prompt = "Một?"
explanation = "Một là một."
option = [{ id = "a", text = "A", right = true }, { id = "b", text = "B", why = "không phải" }]
[[question]]
id = "hai"
kind = "short_text"
prompt = "Hai?"
points = 2
accept = ["hai"]
example_wrong = "ba"
"""


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    stand = make_stand(tmp_path)
    stand.put(QUIZ)
    return stand


def notebook(stand: Stand, folder: str, username: str = "lan") -> list[cells.Cell]:
    path = stand.settings.grading / folder / username / "thu" / "thu.ipynb"
    found: list[cells.Cell] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def cell(stand: Stand, folder: str, name: str) -> Any:
    return next(cell for cell in notebook(stand, folder) if cells.grade_id(cell) == name)


def write(stand: Stand, attempt_id: str) -> bool:
    return files.write(stand.settings.grading, stand.engine, attempt_id)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".ipynb", ".txt", ".tmp")
    }


def test_a_submission_holds_the_answers_and_nothing_of_the_key(stand: Stand) -> None:
    assert write(stand, stand.sit("lan", "thu", {"mot": "b"}))
    assert "dap_an = 'b'" in cell(stand, "submitted", "answer-mot")["source"]
    assert 'dap_an = ""' in cell(stand, "submitted", "answer-hai")["source"]
    text = json.dumps(notebook(stand, "submitted"), ensure_ascii=False)
    assert "Một là một" not in text
    assert "không phải" not in text


def test_the_marked_submission_shows_each_items_mark_and_reason(stand: Stand) -> None:
    write(stand, stand.sit("lan", "thu", {"mot": "b", "hai": "hai"}))
    said, value = cell(stand, "autograded", "mot")["outputs"]
    assert said["text"] == "Sai: 0/1 điểm.\nkhông phải\n"
    assert value["data"] == {"text/plain": "0.0"}
    assert cell(stand, "autograded", "hai")["outputs"][1]["data"] == {"text/plain": "2.0"}


def test_only_the_attempt_that_counts_is_written(stand: Stand) -> None:
    best = stand.sit("lan", "thu", {"mot": "a"})
    assert write(stand, best)
    before = everything(stand.settings.grading)
    worse = stand.sit("lan", "thu", {"mot": "b"}, minutes=5)
    assert not write(stand, worse)
    assert everything(stand.settings.grading) == before
    better = stand.sit("lan", "thu", {"mot": "a", "hai": "hai"}, minutes=9)
    assert write(stand, better)
    assert "dap_an = 'hai'" in cell(stand, "submitted", "answer-hai")["source"]


def test_what_is_missing_or_out_of_date_is_written_at_the_next_start_and_only_that(stand: Stand) -> None:
    for username in ("lan", "mai"):
        stand.sit(username, "thu", {"mot": "a"})
    grading = stand.settings.grading
    assert files.reconcile(grading, stand.engine) == 2
    whole = everything(grading)
    assert files.reconcile(grading, stand.engine) == 0
    (grading / "autograded/lan/thu/thu.ipynb").unlink()
    (grading / "submitted/mai/thu/timestamp.txt").write_text("2020-01-01 00:00:00.000000 UTC", encoding="utf-8")
    assert files.reconcile(grading, stand.engine) == 2
    assert everything(grading) == whole
    stand.start("hoa", "thu")
    assert files.reconcile(grading, stand.engine) == 0


def test_one_submission_that_cannot_be_written_does_not_keep_the_others_from_it(stand: Stand) -> None:
    for username in ("../hoa", "lan", "mai"):
        stand.sit(username, "thu", {"mot": "a"})
    assert files.reconcile(stand.settings.grading, stand.engine) == 2
    assert notebook(stand, "submitted", "mai")


def test_handing_in_while_the_start_writes_files_leaves_those_of_the_attempt_that_counts(stand: Stand) -> None:
    people = [f"hv{n}" for n in range(8)]
    for username in people:
        stand.sit(username, "thu", {"mot": "b"})
    better = [stand.sit(username, "thu", {"mot": "a"}, minutes=5) for username in people]
    with ThreadPoolExecutor(4) as pool:
        start = pool.submit(files.reconcile, stand.settings.grading, stand.engine)
        assert all(pool.map(lambda attempt: write(stand, attempt), better))
        start.result()
    for username in people:
        assert "dap_an = 'a'" in json.dumps(notebook(stand, "submitted", username))


def test_nothing_is_left_half_written(stand: Stand) -> None:
    write(stand, stand.sit("lan", "thu", {"mot": "a"}))
    names = {Path(name).name for name in everything(stand.settings.grading)}
    assert names == {"thu.ipynb", "timestamp.txt"}


def test_a_file_that_nbgrader_made_read_only_is_replaced(stand: Stand) -> None:
    write(stand, stand.sit("lan", "thu", {"mot": "b"}))
    path = stand.settings.grading / "autograded/lan/thu/thu.ipynb"
    path.chmod(0o444)
    write(stand, stand.sit("lan", "thu", {"mot": "a"}, minutes=5))
    assert "dap_an = 'a'" in cell(stand, "autograded", "answer-mot")["source"]


def test_a_username_that_leads_out_of_the_folder_is_refused(stand: Stand) -> None:
    attempt_id = stand.sit("../lan", "thu", {"mot": "a"})
    with pytest.raises(OperatorError, match=r"\.\./lan"):
        write(stand, attempt_id)
    assert not stand.settings.grading.exists() or not everything(stand.settings.grading)


def test_formgraders_lists_know_the_submission_its_mark_and_that_it_is_marked(stand: Stand) -> None:
    write(stand, stand.sit("lan", "thu", {"mot": "a", "hai": "ba"}))
    found = stand.ask(
        "from nbgrader.apps.api import NbGraderAPI\n"
        "from traitlets.config import Config\n"
        "config = Config()\n"
        f"config.CourseDirectory.root = {str(stand.settings.grading)!r}\n"
        "config.CourseDirectory.course_id = 'lopso'\n"
        f"config.CourseDirectory.db_url = {stand.settings.database_url!r}\n"
        f"config.Exchange.root = {str(stand.settings.var / 'exchange')!r}\n"
        "api = NbGraderAPI(config=config)\n"
        "answer = [api.get_assignments(), api.get_submissions('thu'), api.get_notebook_submissions('thu', 'thu')]"
    )
    (assignment,), (submission,), (paper,) = found
    assert (assignment["name"], assignment["num_submissions"], assignment["max_score"]) == ("thu", 1, 3)
    assert (submission["student"], submission["score"], submission["autograded"]) == ("lan", 1, True)
    assert submission["last_name"] == "Nguyễn Thị"
    assert (paper["score"], paper["failed_tests"], paper["needs_manual_grade"]) == (1, True, False)


def test_formgraders_page_of_a_submission_asks_no_other_host(stand: Stand) -> None:
    write(stand, stand.sit("lan", "thu", {"mot": "a"}))
    shutil.copy(REPOSITORY / "grading" / "nbgrader_config.py", stand.settings.grading)
    program = (
        "import sys\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        "config = PyFileConfigLoader('nbgrader_config.py', path=sys.argv[1]).load_config()\n"
        "from nbconvert.exporters import HTMLExporter\n"
        "resources = {'base_url': '/user/lan', 'index': 0, 'total': 1, 'notebook_id': 'thu', 'assignment_id': 'thu'}\n"
        "exporter = HTMLExporter(config=config, template_name='formgrade')\n"
        "print(exporter.from_filename(sys.argv[2], resources=resources)[0])\n"
    )
    path = stand.settings.grading / "autograded/lan/thu/thu.ipynb"
    page = subprocess.run(
        [sys.executable, "-c", program, str(stand.settings.grading), str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert "Đúng: 1/1 điểm." in page
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", page)
