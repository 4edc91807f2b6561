"""The store: never twice, nothing lost, all or nothing; the same on both databases."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import postgres
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from extract.errors import ExtractError
from extract.notice import Notice
from extract.store import Correction, Store, queries, tables
from extract.writers import json as writer

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    with postgres.server() as socket:
        yield socket


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return postgres.fresh_database(request.getfixturevalue("postgres_socket"))


def committed(name: str) -> Notice:
    return writer.read((ROOT / "outputs" / f"{name}.json").read_bytes())


ZIBO, JINING = committed("zibo-hitech-2024.txt"), committed("jining-hitech-2023.txt")


def numbered(number: int) -> Notice:
    """Return a notice of its own: another number, another id, another file."""
    assert ZIBO.document_number is not None
    text = f"淄高新管办字〔2024〕{number}号"
    return ZIBO.model_copy(
        update={
            "id": f"nt-{number:012x}",
            "document_number": ZIBO.document_number.model_copy(
                update={"text": text, "serial": number}
            ),
            "source": ZIBO.source.model_copy(update={"sha256": f"{number:064x}"}),
        }
    )


def reissued(notice: Notice, beds: str) -> Notice:
    """Return the notice as it was issued again, with another number of beds (509张)."""
    place = next(i for i, one in enumerate(notice.projects) if one.name == "品质养老服务供给工程")
    project = notice.projects[place]
    target = project.quantities[0].model_copy(update={"value": Decimal(beds)})
    changed = project.model_copy(update={"quantities": (target, *project.quantities[1:])})
    projects = (*notice.projects[:place], changed, *notice.projects[place + 1 :])
    source = notice.source.model_copy(update={"sha256": f"{int(beds):064x}"})
    return notice.model_copy(update={"projects": projects, "source": source})


def beds(store: Store) -> list[Decimal]:
    columns = tables.by_name["quantities"].c
    asked = sqlalchemy.select(columns.value).where(columns.object == "家庭养老床位")
    with store.engine.connect() as connection:
        return list(connection.scalars(asked))


def test_the_same_notice_twice_is_once(url: str) -> None:
    store = Store.open(url)
    assert [one.reason for one in store.ingest([ZIBO, JINING])] == ["first", "first"]
    before = store.counts()
    assert [one.reason for one in store.ingest([JINING, ZIBO])] == ["unchanged", "unchanged"]
    assert store.counts() == before
    assert before["projects"] == 32
    assert before["events"] == 34
    assert dict(store.notices()) == {ZIBO.id: ZIBO, JINING.id: JINING}


def test_another_format_is_the_same_notice(url: str) -> None:
    store = Store.open(url)
    for suffix in ("txt", "docx", "pdf", "docx"):
        store.ingest([committed(f"zibo-hitech-2024.{suffix}")])
    assert store.counts()["notices"] == 1
    assert store.counts()["projects"] == 10
    assert [one.reason for one in store.history(ZIBO.id)] == ["first", "rendition", "rendition"]
    assert store.counts()["events"] == 11


def test_a_file_that_was_renamed_is_no_new_version(url: str) -> None:
    store = Store.open(url)
    other = ZIBO.source.model_copy(update={"name": "副本.txt"})
    store.ingest([ZIBO])
    assert store.ingest([ZIBO.model_copy(update={"source": other})])[0].reason == "unchanged"


def test_a_reissued_notice_keeps_its_history(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    done = store.ingest([reissued(ZIBO, "600")])
    assert [(one.version, one.reason) for one in done] == [(2, "reissued")]
    assert beds(store) == [Decimal(600)]
    assert store.counts()["projects"] == 10
    first, second = store.history(ZIBO.id)
    assert '"value": "509"' in first.document
    assert '"value": "600"' in second.document
    assert store.ingest([ZIBO])[0].reason == "unchanged"  # the old file again, in a folder
    assert beds(store) == [Decimal(600)]


def test_a_scan_does_not_take_the_place_of_print(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    scan = reissued(ZIBO, "809")
    scan = scan.model_copy(update={"source": scan.source.model_copy(update={"ocr": True})})
    assert store.ingest([scan])[0].reason == "scan"
    assert beds(store) == [Decimal(509)]
    assert len(store.history(ZIBO.id)) == 2


def test_two_reports_with_one_title_are_two(url: str) -> None:
    store = Store.open(url)
    plain = ZIBO.model_copy(update={"document_number": None, "projects": ZIBO.projects[:5]})
    source = plain.source.model_copy(update={"sha256": "a" * 64, "text_sha256": "b" * 64})
    other = plain.model_copy(update={"projects": ZIBO.projects[5:], "source": source})
    store.ingest([plain, other])
    assert [key for key, _ in store.notices()] == [ZIBO.id, f"{ZIBO.id}~{'b' * 12}"]
    assert store.counts()["projects"] == 10
    assert {one.reason for one in store.ingest([other, plain])} == {"unchanged"}


@pytest.mark.parametrize("value", ["2889.43", "0.1", "12345678901234567890.123456789", "-2.50"])
def test_decimals_come_back_digit_for_digit(url: str, value: str) -> None:
    store = Store.open(url)
    first = JINING.projects[0]
    amount = first.amounts[0].model_copy(update={"value": Decimal(value)})
    first = first.model_copy(update={"amounts": (amount,)})
    store.ingest([JINING.model_copy(update={"projects": (first,)})])
    with store.engine.connect() as connection:
        asked = sqlalchemy.select(tables.by_name["amounts"].c.value)
        assert str(connection.scalar(asked)) == value


def correction(new: str = "590", old: str = "509") -> Correction:
    project = next(one for one in ZIBO.projects if one.name == "品质养老服务供给工程")
    return Correction(
        notice_id=ZIBO.id,
        target=project.quantities[0].id,
        field="value",
        old=old,
        new=new,
        author="审核员",
        reason="与附件不符",
        recorded_at="2024-03-01T09:00:00+08:00",
    )


def test_a_correction_stands_after_another_extraction(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    assert store.correct(correction()).reason == "corrected"
    assert beds(store) == [Decimal(590)]
    again = ZIBO.model_copy(
        update={"source": ZIBO.source.model_copy(update={"reader_version": "9"})}
    )
    assert store.ingest([again])[0].reason == "corrected"
    assert beds(store) == [Decimal(590)]
    assert store.corrections(ZIBO.id) == [correction()]
    assert store.correct(correction()).reason == "unchanged"


def test_a_correction_that_no_longer_fits_is_a_finding(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    store.correct(correction())
    store.ingest([reissued(ZIBO, "600")])
    assert beds(store) == [Decimal(600)]
    found = [one for one in dict(store.notices())[ZIBO.id].findings if "correction" in one.code]
    assert [one.severity for one in found] == ["warning"]
    assert "590" in found[0].message


def test_a_correction_of_what_is_not_there_is_refused(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO])
    with pytest.raises(ExtractError, match="509"):
        store.correct(correction(old="508"))
    assert store.counts()["corrections"] == 0


def test_nothing_goes_in_when_one_notice_breaks(url: str) -> None:
    store = Store.open(url)

    def notices() -> object:
        yield ZIBO
        raise KeyError

    with pytest.raises(KeyError):
        store.ingest(notices())
    assert store.counts() == dict.fromkeys(store.counts(), 0)


def test_the_migrations_make_the_tables_of_the_code(url: str) -> None:
    store = Store.open(url)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == "0002"


def test_a_store_opened_again_is_the_same(url: str) -> None:
    Store.open(url).ingest([ZIBO])
    assert Store.open(url).counts()["notices"] == 1


@pytest.mark.parametrize("bad", ["foo", "mysql://x/y", "sqlite:////nowhere/at/all/x.db"])
def test_a_wrong_address_is_said_in_one_line(bad: str) -> None:
    with pytest.raises(ExtractError):
        Store.open(bad)


def test_questions(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO, JINING])
    found = queries.by_department(store, "教育和体育")
    assert [(row[0], row[1], row[4]) for row in found.rows] == [
        (2024, "1", "责任"),
        (2024, "6", "责任"),
    ]
    money = {row[0]: row[3] for row in queries.by_year(store, 2023).rows}
    assert money["11"] == Decimal(82_000_000)
    assert money["7"] is None
    assert len(queries.by_year(store, 2024).rows) == 10
    assert queries.by_year(store, 2022).rows == ()


def test_overdue_asks_for_the_day(url: str) -> None:
    store = Store.open(url)
    store.ingest([ZIBO, JINING])
    # Seed B: rows 6 and 20 are due at the end of September 2023, row 18 at the end of October.
    assert [row[2] for row in queries.overdue(store, date(2023, 9, 30)).rows] == []
    assert [row[2] for row in queries.overdue(store, date(2023, 10, 1)).rows] == ["6", "20"]
    late = queries.overdue(store, date(2023, 11, 1)).rows
    assert [(row[1], row[2]) for row in late] == [(32, "6"), (32, "20"), (1, "18")]
    assert late[2][4] == "城乡建设和交通局、市场监督管理局"


def test_totals_by_source(url: str) -> None:
    store = Store.open(url)
    store.ingest([JINING])
    found = {row[1]: row[2] for row in queries.totals(store).rows}
    # Seed B, row 1: bond 5000 万, district 约5000 万; row 2: bond 4000 万; row 11: bond 6500 万,
    # district 1700 万; row 19: 36 万, of which the district pays 21.6 万.
    assert found["债券"] == Decimal(155_000_000)
    assert found["区级"] == Decimal(50_000_000 + 17_000_000 + 216_000)
    assert found["企业"] == Decimal(12_000_000)
    assert found["合计"] == Decimal(292_770_000)


def _ingest(address: str, seed: int) -> None:
    notices = [numbered(number) for number in range(50)]
    store = Store.open(address)
    store.ingest(notices[seed:] + notices[:seed])
    store.close()


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_twenty_at_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "postgresql":
        address = postgres.fresh_database(request.getfixturevalue("postgres_socket"))
    else:
        address = f"sqlite:///{tmp_path}/store.db"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_ingest, args=(address, seed)) for seed in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 20
    counts = Store.open(address).counts()
    assert counts["notices"] == counts["versions"] == 50
    assert counts["projects"] == 50 * 10
    assert counts["quantities"] == 50 * sum(len(one.quantities) for one in ZIBO.projects)
    assert counts["events"] == 50 * 11


KILLED = """
import sys, time
sys.path.insert(0, {tests!r})
from test_store import Store, numbered
def notices():
    for number in range(1000):
        if number == 30:
            print("half way", flush=True)
            time.sleep(60)
        yield numbered(number)
Store.open(sys.argv[1]).ingest(notices())
"""


def test_killed_half_way_is_nothing(url: str) -> None:
    store = Store.open(url)
    store.ingest([JINING])
    before = store.counts()
    script = KILLED.format(tests=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half way\n"
        os.kill(child.pid, signal.SIGKILL)
    started = time.monotonic()
    assert store.counts() == before
    store.ingest([numbered(1)])  # the lock went with the process
    assert time.monotonic() - started < 30
    assert store.counts()["notices"] == before["notices"] + 1
