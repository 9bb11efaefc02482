"""Who is asking: the hub says. Whose kernel it is: we say."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider

from lopso.errors import NotAllowed
from lopso.hub.voila.handover import Handover

NAME = "voila"
PREFIX = "/services/voila/"
#: Seconds for which the hub's word about a token is kept: logging out elsewhere takes this long at most.
TRUST_SECONDS = 60


def hub_auth(handover: Handover) -> HubOAuth:
    """Give the hub's OAuth from what the supervisor said, nothing from the environment."""
    return HubOAuth(
        api_token=handover.api_token,
        api_url=handover.hub_api_url,
        base_url=PREFIX,
        hub_prefix="/hub/",
        hub_host="",
        oauth_client_id=f"service-{NAME}",
        oauth_redirect_uri=f"{PREFIX}oauth_callback",
        access_scopes={f"access:services!service={NAME}"},
        cache_max_age=TRUST_SECONDS,
        cookie_options={"samesite": "Lax", **({"secure": True} if handover.public_url.startswith("https:") else {})},
    )


class HubIdentity(JupyterHubIdentityProvider):
    """The hub's users; Voilà hands its constructor a `token` that is a read-only property here."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.pop("token", None)
        super().__init__(hub_auth=kwargs["parent"].hub_auth, **kwargs)


class OwnerOnly(Authorizer):
    """A kernel is its owner's alone, and only for as long as the owner may open the page."""

    def is_authorized(self, handler: JupyterHandler, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002
        """Tell whether `user` may touch the kernel named in the address."""
        kernels: Any = handler.kernel_manager
        owner, permission = kernels.owners.get(handler.path_kwargs.get("kernel_id"), (None, None))
        if resource != "kernels" or owner is None or owner != user.username:
            return False
        app: Any = self.parent
        try:
            app.admission.admit(owner, permission)
        except NotAllowed:
            return False
        return True
