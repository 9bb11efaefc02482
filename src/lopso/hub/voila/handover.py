"""What the supervisor tells the service at its start: one line of JSON on stdin, so that no token is in /proc."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

from lopso.errors import OperatorError
from lopso.words import catalogue

_ = catalogue("voila")


@dataclass(frozen=True)
class Handover:
    """Port to listen on, the service's token at the hub, the hub's API, and where browsers find us."""

    port: int
    api_token: str
    hub_api_url: str
    public_url: str = ""


def read(line: str) -> Handover:
    """Read the line; raises OperatorError, which never repeats the line."""
    fix = _("The supervisor gives one line of JSON: port, api_token, hub_api_url, public_url.")
    try:
        values = json.loads(line)
        known = {field.name for field in fields(Handover)}
        handover = Handover(**{key: value for key, value in values.items() if key in known})
    except (ValueError, TypeError, AttributeError) as error:
        raise OperatorError(_("The Voilà service was not told how to start."), fix) from error
    if type(handover.port) is not int or not handover.api_token or not handover.hub_api_url:
        raise OperatorError(_("The Voilà service was not told how to start."), fix)
    return handover
