"""`lopso start --classroom` listens where the pupils' phones are, and says what to type."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from lopso.errors import OperatorError
from lopso.settings import Settings, load
from lopso.supervise.classroom import Interface, for_classroom, invitation, likeliest_first, read_interfaces

HERE = Interface("lo", "127.0.0.1", physical=False, here=True)
WIRED = Interface("enp3s0", "192.168.1.20")
HOTSPOT = Interface("wlp2s0", "10.42.0.1", wireless=True)
DOCKER = Interface("docker0", "172.17.0.1", physical=False)
PUBLIC = Interface("enp4s0", "8.8.4.4", wireless=True)


def settings(**more: str) -> Settings:
    return load(None, {"LOPSO_ROOT": "/srv", **more})


@pytest.mark.parametrize(
    ("networks", "address"),
    [
        ([HERE, WIRED], "192.168.1.20"),
        ([HERE, DOCKER, WIRED], "192.168.1.20"),
        ([WIRED, HOTSPOT], "10.42.0.1"),
        ([PUBLIC, DOCKER], "172.17.0.1"),
        ([HERE, DOCKER], "172.17.0.1"),
    ],
)
def test_the_likeliest_network_of_the_phones_is_taken(networks: list[Interface], address: str) -> None:
    assert for_classroom(settings(), "", networks).host == address


def test_an_address_that_is_named_is_taken() -> None:
    assert for_classroom(settings(), "192.168.1.20", [WIRED, HOTSPOT]).host == "192.168.1.20"


def test_an_address_of_another_machine_is_refused_with_those_there_are() -> None:
    with pytest.raises(OperatorError, match=r"192\.168\.1\.21") as refused:
        for_classroom(settings(), "192.168.1.21", [WIRED, HOTSPOT])
    assert "192.168.1.20, 10.42.0.1" in str(refused.value)


def test_without_a_network_the_teacher_is_told_what_to_do() -> None:
    with pytest.raises(OperatorError, match="Wi-Fi"):
        for_classroom(settings(), "", [HERE])


def test_where_all_come_by_a_name_of_the_internet_it_is_refused() -> None:
    with pytest.raises(OperatorError, match=r"lop\.vn"):
        for_classroom(settings(LOPSO_HTTPS_DOMAIN="lop.vn"), "", [WIRED])


def test_without_it_nobody_else_reaches_the_machine() -> None:
    assert settings().host == "127.0.0.1"


def test_the_terminal_says_what_to_type_on_a_phone_and_which_other_networks_there_are() -> None:
    networks = [HERE, WIRED, HOTSPOT]
    said = invitation(for_classroom(settings(LOPSO_PORT="8080"), "", networks), networks)
    assert "http://10.42.0.1:8080/join" in said
    assert "▄" in said
    assert "--address 192.168.1.20" in said
    assert "127.0.0.1" not in said


def test_the_machines_own_networks_are_read_from_the_kernel() -> None:
    found = {one.name: one for one in read_interfaces()}
    assert found["lo"] == HERE
    assert set(found) <= {name for _index, name in socket.if_nameindex()}
    assert [one for one in likeliest_first(list(found.values())) if one.here] == []
    assert all(one.physical == Path(f"/sys/class/net/{name}/device").exists() for name, one in found.items())
