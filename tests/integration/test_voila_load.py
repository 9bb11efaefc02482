"""Pages opened together, many times over, are all written to their end: the regression test of lopso.hub.wakeup."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from voila_stand import PREFIX, Stand, kernel_of, stand

#: Rounds of six pages; stock Voilà hung on about one page in thirty.
ROUNDS = int(os.environ.get("LOPSO_TEST_ROUNDS", "10"))
READERS = 6


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stand(tmp_path_factory.mktemp("voila")) as made:
        # A lost wake-up lasts until the cell's time is over; so that is longer than the client's patience of a minute.
        made.restart(cell_seconds=600)
        yield made


def opened(running: Stand, client: httpx.Client) -> str:
    """Open the page, then leave it as a browser does; gives the page."""
    page = client.get(running.page("voila_apps/widgets.ipynb")).text
    token = next(each.value for each in client.cookies.jar if each.name == "_xsrf" and each.path.startswith(PREFIX))
    client.post(f"{PREFIX}/voila/api/shutdown/{kernel_of(page)}", headers={"X-XSRFToken": token})
    return page


def test_six_pages_opened_at_once_never_hang(running: Stand) -> None:
    clients = [running.browser(f"nguoi{number}") for number in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        for _round in range(ROUNDS):
            for page in pool.map(lambda client: opened(running, client), clients):
                assert page.rstrip().endswith("</html>")
                assert not re.findall(r'<p class="ls-failed" role="alert">.*?</p>', page, re.S)
                assert len(re.findall(r"voila\.cell-output\+json", page)) == 7


def test_one_reader_who_opens_six_at_once_keeps_three(running: Stand) -> None:
    clients = [running.browser("nguoi0") for _each in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        pages = list(pool.map(lambda client: client.get(running.page("voila_apps/widgets.ipynb")).text, clients))
    # Those that had to make room while they were still being written were cut off: the browser says so.
    kernels = [kernel_of(page) for page in pages if "jupyter-config-data" in page]
    alive = [each for each in kernels if clients[0].get(f"{PREFIX}/api/kernels/{each}").status_code == 200]
    assert len(alive) == 3
    assert len(running.kernels()) == 3
    assert sum(page.rstrip().endswith("</html>") for page in pages) >= 3
