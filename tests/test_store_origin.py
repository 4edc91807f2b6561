"""Where a notice was got: kept with each version, on both databases; and PostgreSQL's addresses."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, insert, inspect, select, text
from sqlalchemy.engine import make_url
from test_store import ZIBO, correction, reissued

import extract.store
from extract.errors import ExtractError
from extract.store import Arrival, Origin, Store, _postgres, database, tables

PAGE = "https://www.example.gov.cn/art/2024/1.html"
FIRST = Origin(f"{PAGE}/1.docx", PAGE, "2024-02-01T01:00:00+00:00")
SECOND = Origin(f"{PAGE}/2.docx", PAGE, "2024-03-01T01:00:00+00:00")


@pytest.fixture(scope="module")
def postgres_socket() -> Iterator[str]:
    with postgres.server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return postgres.fresh_database(request.getfixturevalue("postgres_socket"))


def stated(store: Store) -> Origin | None:
    """Return what the table of notices says of where the state of seed A came from."""
    row = tables.notices.c
    asked = select(row.source_url, row.source_page, row.retrieved_at).where(row.id == ZIBO.id)
    with store.engine.connect() as connection:
        found = tuple(connection.execute(asked).one())
    return None if found == (None, None, None) else Origin(*found)


def test_each_version_has_its_own_origin(url: str) -> None:
    store = Store.open(url)
    store.ingest([Arrival(ZIBO, FIRST)])
    assert stated(store) == FIRST
    store.ingest([Arrival(reissued(ZIBO, "600"), SECOND)])
    assert stated(store) == SECOND
    assert [one.origin for one in store.history(ZIBO.id)] == [FIRST, SECOND]
    store.ingest([reissued(ZIBO, "601")])  # from a folder
    assert stated(store) is None
    assert [one.origin for one in store.history(ZIBO.id)] == [FIRST, SECOND, None]


def test_the_first_origin_of_a_version_stands(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    for origin in (FIRST, SECOND):
        assert store.ingest([Arrival(ZIBO, origin)])[0].reason == "unchanged"
        assert stated(store) == FIRST
        assert [one.origin for one in store.history(ZIBO.id)] == [FIRST]


def test_a_correction_does_not_lose_the_origin(url: str) -> None:
    store = Store.open(url)
    store.ingest([Arrival(ZIBO, FIRST)])
    store.correct(correction())
    assert stated(store) == FIRST
    again = ZIBO.source.model_copy(update={"reader_version": "9"})
    read_again = ZIBO.model_copy(update={"source": again})
    assert store.ingest([Arrival(read_again, SECOND)])[0].reason == "corrected"
    assert stated(store) == SECOND


def test_a_part_of_a_set_leaves_the_state_alone(url: str) -> None:
    store = Store.open(url)
    part = reissued(ZIBO, "600").model_copy(update={"projects": ZIBO.projects[:1]})
    done = store.ingest([Arrival(ZIBO, FIRST), Arrival(part, SECOND, is_part=True)])
    assert [one.reason for one in done] == ["first", "part"]
    assert stated(store) == FIRST
    assert dict(store.notices()) == {ZIBO.id: ZIBO}
    assert len(list(store.events())) == 11
    assert store.history(ZIBO.id)[1].origin == SECOND
    # Where nothing fuller has gone in, the part is all there is.
    alone = part.model_copy(update={"id": "nt-000000000001"})
    assert store.ingest([Arrival(alone, SECOND, is_part=True)])[0].reason == "first"


def test_a_store_of_the_first_revision_keeps_its_rows(url: str) -> None:
    engine = database.engine(url)
    config = Config()
    folder = Path(extract.store.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    added = {"source_url", "source_page", "retrieved_at"}
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = {one["name"] for one in inspect(connection).get_columns("notices")}
        assert not added & old
        notices = Table("notices", MetaData(), autoload_with=connection)
        named = {name: name for name in old - {"issued_on", "plan_year"}}
        connection.execute(insert(notices).values({**named, "version": 1}))
    store = Store.open(url)
    with database.writing(store.engine) as connection:
        row = connection.execute(select(tables.notices)).mappings().one()
        assert (row["title"], row["source_url"]) == ("title", None)
        connection.execute(insert(tables.notices).values(**{**row, "id": "2", "source_url": "u"}))
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert {one["name"] for one in inspect(connection).get_columns("notices")} == old
        assert connection.scalar(text("SELECT count(*) FROM notices")) == 2


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("address", "plain", "more"),
    [
        ("postgresql://a:b@db/t", "postgresql+pg8000://a:b@db:5432/t", {}),
        ("postgres://a@db:6000", "postgresql+pg8000://a@db:6000/a", {}),
        (
            "postgresql+pg8000://a@/t?host=/run/pg&port=6000",
            "postgresql+pg8000://a@:6000/t",
            {"unix_sock": "/run/pg/.s.PGSQL.6000", "ssl_context": False},
        ),
        (
            "postgresql://a@db/t?options=-csearch_path%3Dx&sslmode=require&application_name=n",
            "postgresql+pg8000://a@db:5432/t",
            {
                "startup_params": {"options": "-csearch_path=x"},
                "ssl_context": True,
                "application_name": "n",
            },
        ),
    ],
)
def test_an_address_is_put_as_the_driver_wants_it(
    address: str, plain: str, more: dict[str, object]
) -> None:
    found, arguments = _postgres.arguments(make_url(address))
    assert found.render_as_string(hide_password=False) == plain
    assert arguments == {"application_name": "policy-notices"} | more


@pytest.mark.parametrize(("mode", "proves_name"), [("verify-ca", False), ("verify-full", True)])
def test_the_server_is_proved_when_asked(mode: str, proves_name: bool) -> None:
    _, arguments = _postgres.arguments(make_url(f"postgresql://a@db/t?sslmode={mode}"))
    context = arguments["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname is proves_name


def test_what_is_left_out_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "/s", "PORT": "6", "USER": "u", "PASSWORD": "p"}.items():
        monkeypatch.setenv(f"PG{name}", value)
    monkeypatch.setenv("PGDATABASE", "d")
    found, arguments = _postgres.arguments(make_url("postgresql://"))
    assert (found.username, found.password, found.database) == ("u", "p", "d")
    assert arguments["unix_sock"] == "/s/.s.PGSQL.6"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://a@db/t?connect_timeout=3",
        "postgresql://a@db/t?host=x&host=y",
        "postgresql://a@db/t?sslmode=maybe",
        "postgresql://a@/t?host=db&port=x",
        "postgresql+psycopg://a@db/t",
    ],
)
def test_what_the_driver_does_not_know_is_refused(address: str) -> None:
    with pytest.raises(ExtractError):
        database.engine(address)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(ExtractError, match="打不开存储") as caught:
        Store.open("postgresql://user:geheim@127.0.0.1:1/t")
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_the_server_says_is_said(postgres_socket: str) -> None:
    with pytest.raises(ExtractError, match="打不开存储") as caught:
        Store.open(f"postgresql://postgres@/nowhere?host={postgres_socket}")
    assert "nowhere" in str(caught.value).rpartition("：")[2]
