"""OpenTelemetry: nothing unless asked for; then a span and a count for every input."""

import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import pytest

from extract.batch import _telemetry
from extract.batch._outcomes import Done, Outcome, Refused, Summary
from extract.batch._telemetry import Traced, Unwatched, watch
from extract.batch.inputs import Input
from extract.batch.local import run
from extract.errors import UnreadableDocument

try:
    from opentelemetry import metrics, trace
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
except ImportError:
    pytest.skip(
        "没有 opentelemetry-sdk（pip install -e '.[otel]'）：遥测的测试全部没有运行",
        allow_module_level=True,
    )

SUMMARY = Summary(0, 0, 0, 0, 0, 0, 0, 1, 2, 0, complete=False)


def work(found: Input) -> Outcome:
    if found.name == "bad":
        return Refused(found, UnreadableDocument("文件已损坏", name=found.name))
    if found.name == "bug":
        raise ZeroDivisionError
    if found.name == "die":
        os._exit(9)
    return Done(found, SUMMARY, b"{}")


def inputs(*names: str) -> list[Input]:
    return [Input(name, PurePath(name + ".json"), content=b"x") for name in names]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """Put exporters into memory in place of the global providers, which can be set only once."""
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider([reader])
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    yield spans, reader
    tracers.shutdown()
    meters.shutdown()


def counts(reader: Any, name: str) -> dict[Any, Any]:  # noqa: ANN401
    [resource] = reader.get_metrics_data().resource_metrics
    [found] = [each for each in resource.scope_metrics[0].metrics if each.name == name]
    return {
        (point.attributes.get("notice.state"), point.attributes.get("notice.code")): point.value
        for point in found.data.data_points
    }


def test_every_input_is_a_span_and_is_counted(
    heard: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICE_OTEL", "1")
    spans, reader = heard
    list(run(inputs("a", "bad", "bug", "die", "b"), jobs=2, work=work))
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"notice.extract"}
    by_input = {span.attributes["notice.input"]: span for span in spans.get_finished_spans()}
    assert sorted(by_input) == ["a", "b", "bad", "bug", "die"]
    said = dict(by_input["a"].attributes)
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of x
    assert said == {
        "notice.input": "a",
        "notice.state": "done",
        "notice.sha256": digest,
        "notice.errors": 1,
        "notice.warnings": 2,
        "notice.attempts": 1,
    }
    assert by_input["bad"].attributes["notice.code"] == "unreadable_document"
    assert by_input["die"].attributes["notice.attempts"] == 2
    wrong = {name for name, span in by_input.items() if not span.status.is_ok}
    assert wrong == {"bug", "die"}
    assert all(span.end_time > span.start_time for span in by_input.values())
    assert counts(reader, "notice.inputs") == {
        ("done", None): 2,
        ("refused", "unreadable_document"): 1,
        ("crashed", "internal_error"): 2,
    }
    assert counts(reader, "notice.deaths") == {(None, None): 1}


def test_nothing_is_told_unless_it_is_asked_for(heard: tuple[Any, Any]) -> None:
    list(run(inputs("a"), work=work))
    assert heard[0].get_finished_spans() == ()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Unwatched),
        ({"NOTICE_OTEL": "1"}, Traced),
        ({"NOTICE_OTEL": "0", "OTEL_TRACES_EXPORTER": "otlp"}, Unwatched),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, Traced),
        ({"OTEL_TRACES_EXPORTER": "none"}, Unwatched),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4317"}, Traced),
        ({"NOTICE_OTEL": "1", "OTEL_SDK_DISABLED": "true"}, Unwatched),
    ],
)
def test_the_environment_says_whether(
    environment: dict[str, str], expected: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NOTICE_OTEL", "OTEL_SDK_DISABLED", *_telemetry._STANDARD):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert isinstance(watch(), expected)
