"""Which changes of content files load the content again while the platform runs."""

from __future__ import annotations

import pytest
from watchfiles import Change

from lopso.sources import FILE
from lopso.supervise.watcher import FOLDERS, is_content


@pytest.mark.parametrize("path", [FILE, "courses/x/practice.toml", "courses/x/01-mot.ipynb", "quizzes/x/media/a.svg"])
def test_a_content_file_is_noticed_and_so_are_the_sources_of_all_courses(path: str) -> None:
    assert path.partition("/")[0] in FOLDERS
    assert is_content(Change.modified, f"/srv/lopso/{path}")


@pytest.mark.parametrize(
    "path", ["courses/.sources.toml.swp", "courses/x/.ipynb_checkpoints/01.ipynb", "courses/sources.toml~"]
)
def test_what_an_editor_leaves_beside_it_is_not(path: str) -> None:
    assert not is_content(Change.modified, f"/srv/lopso/{path}")
