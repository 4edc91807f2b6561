"""OpenTelemetry for those who watch a batch from outside: off unless it is asked for.

``NOTICE_OTEL=1`` or the standard variables (``OTEL_TRACES_EXPORTER``, ``OTEL_METRICS_EXPORTER``,
``OTEL_EXPORTER_OTLP_ENDPOINT`` …) turn it on where ``opentelemetry-api`` is installed. Each input
is a span ``notice.extract`` and is counted in ``notice.inputs``; the words of a notice never leave.
Where spans go is the business of the process that sets the provider: ``opentelemetry-instrument
notice extract …``.
"""

import os
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from extract.batch._outcomes import Crashed, Done, Outcome, Refused
from extract.batch.inputs import Input

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter as Counts
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import AttributeValue

NAME, SPAN = "policy-notices", "notice.extract"
_OWN = "NOTICE_OTEL"
_STANDARD = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
)
_OFF = ("", "none", "0", "false")


class _Instruments(NamedTuple):
    tracer: "Tracer"
    inputs: "Counts"
    deaths: "Counts"


class Watch(Protocol):
    """Is told when an input begins and what became of it; both in the parent process."""

    def begun(self, found: Input) -> None:
        """Note that a child has been given an input, perhaps for the second time."""

    def ended(self, outcome: Outcome) -> None:
        """Note what became of an input."""


class Unwatched:
    """Tells nobody."""

    def begun(self, found: Input) -> None:
        """Do nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Do nothing."""


class Traced:
    """Tells OpenTelemetry; the provider is asked for at the first input, after the first fork."""

    def __init__(self) -> None:
        """Ask nobody yet: an exporter has threads, and a fork should copy none."""
        self._spans: dict[int, Span] = {}
        self._attempts: Counter[int] = Counter()
        self._told: _Instruments | None = None

    def begun(self, found: Input) -> None:
        """Begin a span, or count another attempt."""
        number = id(found)
        self._attempts[number] += 1
        if number not in self._spans:
            attributes = {"notice.input": found.name}
            self._spans[number] = self._tools.tracer.start_span(SPAN, attributes=attributes)

    def ended(self, outcome: Outcome) -> None:
        """End the span with what became of the input, and count it."""
        from opentelemetry.trace import StatusCode

        number = id(outcome.input)
        span, attempts = self._spans.pop(number), self._attempts.pop(number)
        kind = _kind(outcome)
        span.set_attributes({**kind, "notice.sha256": outcome.sha256, **_of(outcome)})
        span.set_attribute("notice.attempts", attempts)
        if isinstance(outcome, Crashed):
            span.set_status(StatusCode.ERROR, "internal_error")
        span.end()
        self._tools.inputs.add(1, kind)
        if attempts > 1:
            self._tools.deaths.add(attempts - 1)

    @property
    def _tools(self) -> "_Instruments":
        if self._told is None:
            self._told = _instruments()
        return self._told


def watch() -> Watch:
    """Return what is to be told: OpenTelemetry if it is asked for and there, else nobody."""
    return Traced() if _is_asked() and _is_there() else Unwatched()


def _instruments() -> _Instruments:
    from opentelemetry import metrics, trace

    meter = metrics.get_meter(NAME)
    return _Instruments(
        trace.get_tracer(NAME),
        meter.create_counter("notice.inputs", "{input}", "做完的份数"),
        meter.create_counter("notice.deaths", "{process}", "子进程死了再试的次数"),
    )


def _is_asked() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    own = os.environ.get(_OWN)
    if own is not None:
        return own.lower() not in _OFF
    return any(os.environ.get(name, "").lower() not in _OFF for name in _STANDARD)


def _is_there() -> bool:
    with suppress(ImportError):
        from opentelemetry import metrics, trace

        return bool(metrics and trace)
    return False


def _kind(outcome: Outcome) -> "dict[str, AttributeValue]":
    match outcome:
        case Done():
            return {"notice.state": "done"}
        case Refused(error=error):
            return {"notice.state": "refused", "notice.code": error.code}
        case Crashed():
            return {"notice.state": "crashed", "notice.code": "internal_error"}


def _of(outcome: Outcome) -> "dict[str, AttributeValue]":
    if not isinstance(outcome, Done):
        return {}
    found = outcome.summary
    return {"notice.errors": found.errors, "notice.warnings": found.warnings}
