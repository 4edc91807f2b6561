"""How a check is written down: its id, its expression, its verdict."""

from collections.abc import Sequence
from decimal import Decimal

from extract.identity import Twins, stable_id
from extract.notice import Amount, Check, Percentage, Quantity, Verdict


def check(
    twins: Twins,
    owner: str,
    kind: str,
    expression: str,
    operands: Sequence[str],
    verdict: Verdict,
    residual: Decimal | None,
) -> Check:
    """Return a check of ``owner``; its id comes from what it says, never from its place."""
    identifier = twins.distinct(stable_id("ck", owner, kind, expression))
    return Check.model_validate(
        {
            "id": identifier,
            "kind": kind,
            "expression": expression,
            "operands": tuple(operands),
            "verdict": verdict,
            "residual": residual,
        }
    )


def verdict_of(residual: Decimal, loose: bool) -> Verdict:
    """Return the verdict of an equation; a 约 in it (``loose``) proves nothing but equality."""
    if loose:
        return "within_approximation" if residual == 0 else "unprovable"
    return "pass" if residual == 0 else "fail"


def printed(value: Amount | Quantity | Percentage) -> str:
    """Return a value as it is printed, without line breaks: ``约5000万元``."""
    about = "约" if value.bound == "about" else ""
    return about + "".join(value.evidence.text.split())
