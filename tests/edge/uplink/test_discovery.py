"""Cameras that introduce themselves are found; what hostile answers claim is not believed."""

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.edge.uplink.discovery import LONGEST_NAME, NotAnAnswer, discover, parse
from minhbach.protocol.messages import FoundCamera
from tests.edge.uplink.announcing import SCOPES, Announcer, announcer, answer

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")


async def found_beside_a_camera() -> tuple[Announcer, tuple[FoundCamera, ...]]:
    camera = await announcer()
    try:
        return camera, await discover([LOOPBACK], patience_s=0.6)
    finally:
        camera.transport.close()


def test_a_camera_that_introduces_itself_is_found_once_by_where_its_answer_came_from() -> None:
    camera, found = asyncio.run(found_beside_a_camera())
    assert camera.asked >= 2
    assert found == (FoundCamera("127.0.0.1", "Camera quầy", "DS-2CD"),)


def test_a_network_without_cameras_answers_nothing() -> None:
    assert asyncio.run(discover([LOOPBACK], patience_s=0.1)) == ()


def test_a_printer_is_no_camera() -> None:
    with pytest.raises(NotAnAnswer):
        parse(answer(SCOPES, types="wsdp:Device pub:PrintDeviceType"), "10.0.0.7")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_that_declares_entities_is_not_read(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    with pytest.raises(NotAnAnswer):
        parse(f'<?xml version="1.0" encoding="{encoding}"?>{bomb}'.encode(encoding), "10.0.0.7")


def test_a_name_is_short_and_plain() -> None:
    scope = "onvif://www.onvif.org/name/" + "%0A%1B%5B31m" + "x" * 500
    named = parse(answer(scope), "10.0.0.7").name
    assert len(named) <= LONGEST_NAME
    assert named.isprintable()


@given(st.binary(max_size=2000))
def test_whatever_comes_is_an_answer_or_is_dropped(data: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        parse(data, "10.0.0.7")
