"""Files made to do harm: each ends as a result or a typed error, and leaves nothing behind.

``make_hostile.py`` makes them. The few that cost much time or memory by design are run here under
tight limits, to see them end; ``NOTICE_HOSTILE=all`` runs everything under the real ones.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import postgres
import pytest
import regex

sys.path.insert(0, str(Path(__file__).parent))

from hostile._rest_more import specials
from hostile.make_hostile import write

from extract import errors, readers
from extract.batch import _kernel
from extract.batch.inputs import Input, expand
from extract.batch.local import Done, Outcome, Refused, run
from extract.limits import Limits
from extract.store import Store, database
from extract.writers import json as writer

_DIRECTION = regex.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CODES = {
    kind.code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ExtractError)
}
# Slow under the real limits: patterns over 60,000 numerals, gigabytes inside, forms in forms.
_COSTLY = regex.compile(
    r"open quote|form in itself|laughing forms|flate bomb|one page often|cells\.html|100 MB|"
    r"bait (?:money|colons|headings|digits and|numbers|hundredth|ranges|document|dates|years|"
    r"ordinals with|leads|enumerated|fractions|circled|wide)|font of|image bomb|many boxes|"
    r"many strings|ring\.|boundaries|over size|text bomb|paragraphs|wide|long|merges\.docx|"
    r"repeats|hole|giant|(?:binary|field|object|numbers|open)\.rtf|"
    r"50000\.pdf|often\.pdf|(?:all widths|profile|itself|of colours|negative picture)\.pdf|"
    r"300 bodies|"
    r"field\.csv|600 MB|of one\.xlsx|(?:pictures|cells|nested rows)\.rtf|"
    r"(?:chunks|frames beyond|than told)\.png"
)
_TIGHT = Limits(
    base_seconds=0.3,
    seconds_per_page=0.001,
    ocr_seconds_per_page=0.2,
    conversion_seconds=0.5,
    memory_mib=512,
)


class Pack:
    """The folder of the inputs, and what became of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.items = {each.name: each for each in write(folder / "in")}
        inputs = [each for name in self.items for each in self._inputs(name)]
        everything = os.environ.get("NOTICE_HOSTILE") == "all"
        quick = [each for each in inputs if everything or not _COSTLY.search(each.name)]
        costly = [each for each in inputs if each not in quick]
        before, self.strangers = listing(), set(_kernel.children_of(os.getpid()))
        with temporary_files_in(folder / "tmp") as home:
            self.outcomes: list[Outcome] = list(run(quick, jobs=2))
            self.ended: list[Outcome] = list(run(costly, jobs=2, limits=_TIGHT))
            self.left_at_home = sorted(path.name for path in home.iterdir())
        self.left = listing() - before
        self.count = len(inputs)

    def _inputs(self, name: str) -> list[Input]:
        return expand([str(self.folder / "in" / name)], readers.suffixes())


@contextmanager
def temporary_files_in(home: Path) -> Iterator[Path]:
    """Give the children a folder of their own, for other tests use the common one meanwhile."""
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(home))
        patch.setattr(tempfile, "tempdir", None)
        yield home


def listing() -> set[str]:
    """Return what lies in the places where something might be left."""
    places = ("/tmp", "/", str(Path.cwd()), str(Path.cwd().parent))  # noqa: S108
    return {
        str(path) for place in places for path in Path(place).iterdir() if "pytest" not in path.name
    }


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    _kernel.adopt_orphans()  # whatever the children leave behind becomes ours, and is found
    return Pack(tmp_path_factory.mktemp("hostile"))


def code_of(outcome: Outcome) -> str:
    if isinstance(outcome, Done):
        return "done"
    return outcome.error.code if isinstance(outcome, Refused) else f"crashed\n{outcome.trace}"


def results(pack: Pack) -> list[Done]:
    return [outcome for outcome in pack.outcomes if isinstance(outcome, Done)]


def test_there_are_enough_of_them(pack: Pack) -> None:
    assert len(pack.items) >= 480
    assert len(pack.outcomes) + len(pack.ended) == pack.count >= 480


def test_nothing_crashes_and_every_failure_is_of_the_closed_list(pack: Pack) -> None:
    codes = {outcome.input.name: code_of(outcome) for outcome in (*pack.outcomes, *pack.ended)}
    assert {name: code for name, code in codes.items() if code not in {"done", *_CODES}} == {}


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    """Pipes, sockets, devices, links to nowhere and to themselves; odd names of plain files."""
    made = specials(tmp_path / "in")
    assert len(made) >= 14
    inputs = [each for path in made for each in expand([str(path)], readers.suffixes())]
    outcomes = list(run(inputs, jobs=2))
    codes = {Path(one.input.name).name: code_of(one) for one in outcomes}
    assert set(codes.values()) <= {"done", *_CODES}
    assert {codes[name] for name in ("pipe.pdf", "socket.txt", "device.txt", "random.pdf",
                                     "itself.txt", "nowhere.txt", "process.zip")} == {
        "unreadable_document"}  # fmt: skip
    assert codes["-rf.txt"] == codes["%s%n$(id).txt"] == codes["清\u202e单.txt"] == "done"
    for outcome in outcomes:
        if isinstance(outcome, Done):
            text = outcome.content.decode()
            assert not _DIRECTION.search(text)
            assert json.loads(text)["source"]["name"]


def test_a_folder_with_a_link_to_itself_is_read(tmp_path: Path) -> None:
    specials(tmp_path / "in")
    inputs = expand([str(tmp_path / "in")], readers.suffixes())
    assert "itself.txt" in {each.name for each in inputs}


def test_every_outcome_is_one_that_is_right(pack: Pack) -> None:
    wrong = {}
    for outcome in pack.outcomes:
        found = pack.items.get(outcome.input.name)
        if found is not None and code_of(outcome) not in found.allowed:
            wrong[found.name] = code_of(outcome)
    assert wrong == {}


def test_every_refusal_is_a_sentence_for_a_clerk(pack: Pack) -> None:
    for outcome in (*pack.outcomes, *pack.ended):
        if isinstance(outcome, Refused):
            assert regex.search(r"\p{Han}{4}", outcome.error.message), outcome.error.message
            assert "Traceback" not in outcome.error.message
            assert outcome.error.name


def test_nothing_is_left_behind(pack: Pack) -> None:
    assert pack.left_at_home == []
    assert {path for path in pack.left if Path(path).name in {"out.txt", "b.txt", "x"}} == set()
    end = time.monotonic() + 5
    while children := set(_kernel.children_of(os.getpid())) - pack.strangers:
        assert time.monotonic() < end, children
        with suppress(ChildProcessError):  # those that have ended wait only for us to look
            os.waitpid(children.pop(), os.WNOHANG)


def test_every_result_is_json_that_a_database_takes(pack: Pack) -> None:
    found = results(pack)
    assert len(found) >= 80
    with sqlite3.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE results (name TEXT, content TEXT CHECK (json_valid(content)))"
        )
        for outcome in found:
            text = outcome.content.decode("utf-8", "strict")
            assert not regex.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), outcome.input.name
            assert writer.write(writer.read(outcome.content)) == outcome.content
            database.execute("INSERT INTO results VALUES (?, ?)", (outcome.input.name, text))
        [(count,)] = database.execute("SELECT count(*) FROM results")
    assert count == len(found)


def test_every_result_goes_into_postgresql(pack: Pack) -> None:
    """As ``jsonb``, which refuses NUL and half a character; and as a notice in the store."""
    found = results(pack)
    with postgres.server() as socket:
        url = postgres.fresh_database(socket)
        engine = database.engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE results (name text, content jsonb)")
            for outcome in found:
                row = (outcome.input.name, outcome.content.decode())
                connection.exec_driver_sql("INSERT INTO results VALUES (%s, %s::jsonb)", row)
            [count] = connection.exec_driver_sql("SELECT count(*) FROM results").scalars()
        engine.dispose()
        store = Store.open(url)
        kept = store.ingest(writer.read(outcome.content) for outcome in found)
        store.close()
    assert count == len(kept) == len(found)


def test_no_result_holds_a_nul_or_half_a_character(pack: Pack) -> None:
    """PostgreSQL's jsonb refuses both, even escaped."""
    for outcome in results(pack):
        for text in strings(json.loads(outcome.content)):
            assert "\0" not in text, outcome.input.name
            assert not regex.search(r"\p{Cs}", text), outcome.input.name


def test_no_result_holds_a_raw_mark_of_direction(pack: Pack) -> None:
    held = [each.input.name for each in results(pack) if _DIRECTION.search(each.content.decode())]
    assert held == []


def strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value."""
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from strings(each)
        case dict():
            for each in value.values():
                yield from strings(each)
