"""HTTPS: the certificate must be that of the name, and slow sites are cut off there too."""

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from site_on_loopback import Site, running

from extract.errors import LimitExceeded, UnreadableDocument
from extract.trackers._web import Manners, Visitor

NAME = "www.example.gov.cn"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the name, signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("tls") / "site.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def site(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with TLS, whose certificate is believed; every name leads to it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **more: real("127.0.0.1", *rest))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(context) as found:
        yield found


def visitor(**more: float) -> Visitor:
    return Visitor(Manners(allow_private=True, pause_s=0, **more))  # type: ignore[arg-type]


def test_a_site_that_proves_its_name_is_read(site: Site) -> None:
    site.put("/", "托位452个".encode(), "text/html")
    got = visitor().get(f"https://{NAME}:{site.port}/")
    assert got.content.decode() == "托位452个"


def test_another_name_is_not_believed(site: Site) -> None:
    site.put("/", b"x", "text/html")
    with pytest.raises(UnreadableDocument, match="证书不能证明它是 other"):
        visitor().get(f"https://other.example.gov.cn:{site.port}/")
    assert site.asked == []


def _drops() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"x"


@pytest.mark.parametrize("headers", [(), ("Content-Length: 100000",)], ids=["open", "stated"])
def test_a_site_that_drips_is_cut_off(site: Site, headers: tuple[str, ...]) -> None:
    site.stream("/", _drops, *headers)
    started = time.monotonic()
    with pytest.raises(LimitExceeded, match="太慢"):
        visitor(file_s=0.4).get(f"https://{NAME}:{site.port}/")
    assert time.monotonic() - started < 3
