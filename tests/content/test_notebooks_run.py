"""Every lesson runs in a kernel, from the first cell to the last, and shows each of its practice questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path for path in ROOT.glob("courses/*/*.ipynb"))
#: Seconds within which a cell must have run.
PATIENCE = 60
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT / "courses"))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(kernel: BlockingKernelClient, source: str) -> list[dict[str, Any]]:
    """Run a cell as JupyterLab does; give what it put out."""
    outputs: list[dict[str, Any]] = []

    def note(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("display_data", "execute_result", "error", "stream"):
            outputs.append({"kind": message["msg_type"], **message["content"]})

    kernel.execute_interactive(source, output_hook=note, timeout=PATIENCE)
    return outputs


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_lesson_runs_and_shows_its_questions(kernel: BlockingKernelClient, lesson: Path) -> None:
    for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        outputs = run(kernel, source)
        assert [one for one in outputs if one["kind"] in ("error", "stream")] == [], source
        shows = source.rstrip().endswith(")")
        assert any(WIDGET in one.get("data", {}) for one in outputs) is shows, source
