"""A Plotly figure as a widget that sends its data only: the script itself is a static file the browser keeps.

Plotly's own FigureWidget sends its 5 MB of script through the websocket at every view.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import anywidget
import traitlets

#: Where the edge serves plotly.min.js of the installed package; a new version is a new address.
ADDRESS = f"/static/plotly.min.js?v={version('plotly')}"


class Plot(anywidget.AnyWidget):
    """Draws `figure` (Plotly's JSON: data, layout, config) and draws it again whenever it is replaced."""

    _esm = Path(__file__).parent / "plot.js"
    figure = traitlets.Dict().tag(sync=True)
    address = traitlets.Unicode(ADDRESS).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    missing = traitlets.Unicode().tag(sync=True)

    def __init__(self, figure: Mapping[str, Any], label: str, missing: str) -> None:
        super().__init__(figure=dict(figure), label=label, missing=missing)
