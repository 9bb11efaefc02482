"""Starting Jupyter programs sooner."""

import sys


def skip_uri_grammar() -> None:
    """Leave out jsonschema's optional check of URIs, whose grammar takes each start 0.9 s to build.

    Call before the program is imported; jsonschema itself expects that the package may be missing.
    """
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
