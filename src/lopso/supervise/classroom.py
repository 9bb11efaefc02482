"""A class room without internet: the address at which phones of the same network reach this machine."""

from __future__ import annotations

import dataclasses
import fcntl
import io
import ipaddress
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lopso.errors import OperatorError
from lopso.settings import Settings
from lopso.supervise.ports import public_url
from lopso.words import catalogue

_ = catalogue("supervise")

#: Where pupils type the code of a session.
JOIN = "/join"
_NET = Path("/sys/class/net")
# netdevice(7): ask for the flags and for the address of an interface; it is up, and leads to itself or to one other.
_FLAGS, _ADDRESS = 0x8913, 0x8915
_UP, _LOOPBACK, _POINT_TO_POINT = 0x1, 0x8, 0x10


@dataclass(frozen=True)
class Interface:
    """A network that this machine is in, with its own address there; `here` leads to the machine itself only."""

    name: str
    address: str
    wireless: bool = False
    physical: bool = True
    here: bool = False


def for_classroom(settings: Settings, address: str, interfaces: Sequence[Interface]) -> Settings:
    """Let the platform listen at `address`, or where that is empty at the likeliest one of the local network.

    Raises OperatorError where there is none, and where a name in the internet is set: that is how all come then.
    """
    if settings.https_domain:
        raise OperatorError(
            _("https_domain is set: everybody reaches this machine as {domain}.").format(domain=settings.https_domain),
            _("Start it without --classroom, or with LOPSO_HTTPS_DOMAIN= and another LOPSO_VAR."),
        )
    return dataclasses.replace(settings, host=_chosen(address, interfaces))


def _chosen(address: str, interfaces: Sequence[Interface]) -> str:
    there = ", ".join(one.address for one in interfaces)
    if address and address not in {one.address for one in interfaces}:
        problem = _("This machine does not have the address {address}.").format(address=address)
        raise OperatorError(problem, _("It has: {list}.").format(list=there))
    outward = likeliest_first(interfaces)
    if not address and not outward:
        raise OperatorError(
            _("This machine is in no network, so that no phone can reach it."),
            _("Switch Wi-Fi on and join the school's network, or let this machine open a hotspot; then start again."),
        )
    return address or outward[0].address


def likeliest_first(interfaces: Sequence[Interface]) -> list[Interface]:
    """Order the networks by how likely the phones are in them; a public address comes last."""
    outward = [one for one in interfaces if not one.here]
    return sorted(outward, key=lambda one: (_is_public(one.address), not one.physical, not one.wireless))


def invitation(settings: Settings, interfaces: Sequence[Interface]) -> str:
    """Say what to type on a phone, with a QR code of it and the other addresses there are."""
    typed = f"{public_url(settings)}{JOIN}"
    lines = [
        _("For a class: phones join the same Wi-Fi as this machine (or its hotspot), no internet is needed."),
        _("On each phone, type this in the browser, http:// included:"),
        "",
        f"    {typed}",
        "",
        _("or scan:"),
        _qr(typed),
        _("On this machine, open {address} and log in.").format(address=public_url(settings)),
    ]
    others = [one for one in likeliest_first(interfaces) if one.address != settings.host]
    if others:
        listed = ", ".join(f"{one.address} ({one.name})" for one in others)
        lines.append(_("Do the phones not find it? Other networks of this machine: {list}.").format(list=listed))
        lines.append(_("To use one of them: lopso start --classroom --address {one}").format(one=others[0].address))
    return "\n".join(lines)


def read_interfaces() -> list[Interface]:
    """List the networks this machine is in at the moment."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _index, name in socket.if_nameindex():
            flags = struct.unpack("16xH", _ask(asking, _FLAGS, name)[:18])[0]
            address = _ask(asking, _ADDRESS, name)[20:24]
            if flags & _UP and not flags & _POINT_TO_POINT and any(address):
                found.append(_interface(name, socket.inet_ntoa(address), here=bool(flags & _LOOPBACK)))
    return found


def _interface(name: str, address: str, *, here: bool) -> Interface:
    folder = _NET / name
    wireless = (folder / "wireless").exists() or (folder / "phy80211").exists()
    return Interface(name, address, wireless=wireless, physical=(folder / "device").exists(), here=here)


def _ask(asking: socket.socket, question: int, name: str) -> bytes:
    """Ask the kernel about an interface; zeros where it has no answer, such as no address."""
    try:
        return fcntl.ioctl(asking, question, struct.pack("256s", name.encode()[:15]))
    except OSError:
        return bytes(256)


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address).is_global


def _qr(address: str) -> str:
    import segno  # only needed here

    out = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue()
