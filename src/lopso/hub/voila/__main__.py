"""Start the Voilà service: LOPSO_ROOT in the environment, one line of JSON on stdin."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lopso.hub.startup import skip_uri_grammar

skip_uri_grammar()
from lopso import settings as our_settings  # noqa: E402 - after the grammar is left out
from lopso.errors import LopsoError  # noqa: E402
from lopso.hub.voila import handover  # noqa: E402
from lopso.hub.voila.admission import Admission  # noqa: E402
from lopso.hub.voila.service import VoilaService  # noqa: E402
from lopso.records.engine import make_engine  # noqa: E402
from lopso.words import use_language  # noqa: E402


def main() -> int:
    """Run the service; gives the exit status."""
    try:
        settings = our_settings.load(Path(os.environ["LOPSO_ROOT"]) / "lopso.toml", os.environ)
        use_language(settings.language)
        told = handover.read(sys.stdin.readline())
        VoilaService(settings, told, Admission(settings, make_engine(settings.database_url))).start()
    except LopsoError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
