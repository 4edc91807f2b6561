"""What becomes of one input: a notice, a refusal, or a bug of ours.

``sha256`` is that of the input's bytes, empty where they could not be read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from extract.batch.inputs import Input
from extract.errors import ExtractError


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person wants to know of a notice at a glance; counts are of values."""

    projects: int
    quantities: int
    amounts: int
    deadlines: int
    departments: int
    numerals: int
    accounted: int
    errors: int
    warnings: int
    remarks: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The input gave a notice; ``content`` is its JSON."""

    input: Input
    summary: Summary
    content: bytes
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The input is to blame."""

    input: Input
    error: ExtractError
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The program is to blame; ``trace`` is for whoever mends it."""

    input: Input
    trace: str
    sha256: str = ""


Outcome = Done | Refused | Crashed
Work = Callable[[Input], Outcome]

ATTEMPTS = 2
Retry = Callable[[Input, int], bool]
"""Asked when a child has died over an input for the n-th time: shall it be tried again?"""


def twice(_: Input, deaths: int) -> bool:
    """Try an input again after the first death only."""
    return deaths < ATTEMPTS
