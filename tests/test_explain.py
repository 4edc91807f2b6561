"""``notice explain`` has a Chinese word for every kind, rule and reason that can come out."""

import tomllib
from pathlib import Path

import pytest

from extract import lexicon, pipeline, read

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_explained_in_chinese(path: Path) -> None:
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
        document = read(case["text"].encode(), name="line.txt")
        for kind, surface, _, rule, place in pipeline.explain(document):
            assert surface
            assert place
            assert not f"{kind}{rule}".isascii()


@pytest.mark.parametrize("name", ["zibo-hitech-2024.pdf", "jining-hitech-2023.docx"])
def test_samples_are_explained(name: str) -> None:
    rows = pipeline.explain(read(Path("samples") / name))
    assert {row[0] for row in rows} >= {"数量", "时限", "单位", "不是指标"}


def test_real_texts_are_explained(shared: Path) -> None:
    for path in sorted((shared / "corpus").glob("*.txt")):
        assert pipeline.explain(read(path))


def test_no_word_is_said_twice() -> None:
    words = lexicon.rules()
    for table in (words.kinds, words.roles, words.rules, words.reasons):
        assert len(set(table.values())) == len(table)
