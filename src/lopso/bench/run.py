"""The table of measures, and running them one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from lopso.bench.measure import Bench, Size
from lopso.bench.stand import stand
from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("bench")

#: Name of a measure → its module. In this order: a first start must be the first, and rest is before load.
MEASURES = {
    "start": "start",
    "bytes": "page_bytes",
    "memory": "dashboards",
    "lesson": "lesson",
    "autosave": "answers",
    "submit": "hand_in",
    "writer": "commits",
    "marking": "marking",
}
#: Measures that need no running platform, and are disturbed by one.
ALONE = {"writer", "marking", "takers", "session", "peers", "targets"}
#: Measures that are taken only when they are named: long ones, and one that another holds already.
NAMED = {"takers": "takers", "session": "session", "peers": "peers", "targets": "targets", "dashboards": "boards"}


def run(content: Path, names: Sequence[str], size: Size, say: Callable[[str], None]) -> Iterator[str]:
    """Take the named measures (none named: all) on the content of a folder; give a line of JSON for each."""
    for name in names:
        if name not in MEASURES | NAMED:
            raise OperatorError(
                _("There is no measure {name}.").format(name=name),
                _("There are: {list}.").format(list=", ".join(MEASURES | NAMED)),
            )
    with stand(content) as platform:
        bench = Bench(platform, content, size)
        for name, module in (MEASURES | NAMED).items():
            if name not in (names or MEASURES):
                continue
            say(_("Measuring: {name} …").format(name=name))
            if name in ALONE:
                platform.stop()
            line = import_module(f"lopso.bench.{module}").measure(bench)
            yield line.json(platform.settings.root, dt.datetime.now(dt.UTC))
