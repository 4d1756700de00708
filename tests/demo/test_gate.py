"""The password: published examples of Digest are admitted, everything near them is not."""

import pytest

from minhbach.demo.gate import DigestGate

# RFC 7616 section 3.9.1
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RESPONSES = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}
URI = "/dir/index.html"


def _gate(algorithm="MD5", *, qop=True):
    return DigestGate("http-auth@example.org", "Mufasa", "Circle of Life", algorithm, qop=qop, nonce=NONCE)


def _header(algorithm="MD5", response="", count="00000001"):
    return (
        f'Digest username="Mufasa", realm="http-auth@example.org", uri="{URI}", algorithm={algorithm}, '
        f'nonce="{NONCE}", nc={count}, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, '
        f'response="{response or RESPONSES[algorithm]}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_the_example_of_rfc_7616_is_admitted(algorithm):
    assert _gate(algorithm).admits(_header(algorithm), "GET", URI)


def test_the_example_of_rfc_2069_as_corrected_is_admitted_without_qop():
    gate = DigestGate(
        "testrealm@host.com", "Mufasa", "CircleOfLife", "MD5", qop=False, nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"
    )
    header = (
        'Digest username="Mufasa",realm="testrealm@host.com",nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",'
        'uri="/dir/index.html",response="1949323746fe6a43ef61f9606e7febea"'
    )
    assert gate.admits(header, "GET", URI)


def test_the_same_proof_does_not_open_twice():
    gate = _gate()
    assert gate.admits(_header(), "GET", URI)
    assert not gate.admits(_header(), "GET", URI)


@pytest.mark.parametrize(
    ("header", "method", "uri"),
    [
        ("", "GET", URI),
        ("Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl", "GET", URI),
        (_header(), "POST", URI),
        (_header(), "GET", "/dir/other.html"),
        (_header(response="0" * 32), "GET", URI),
        (_header().replace("MD5", "SHA-256"), "GET", URI),
        (_header().replace("Mufasa", "Scar"), "GET", URI),
        (_header().replace("7ypf", "8ypf"), "GET", URI),
        (_header(count="00000002"), "GET", URI),
    ],
)
def test_what_is_not_the_proof_of_this_very_request_is_refused(header, method, uri):
    assert not _gate().admits(header, method, uri)


def test_an_old_camera_names_neither_algorithm_nor_qop():
    assert _gate(qop=False).challenge() == f'Digest realm="http-auth@example.org", nonce="{NONCE}"'
    assert _gate("SHA-256").challenge().endswith(', algorithm=SHA-256, qop="auth"')
