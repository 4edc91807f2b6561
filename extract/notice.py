"""The contract: the JSON of one notice, as pydantic models. Nothing of ours is imported here.

Every model is frozen and refuses unknown fields; decimals are written as JSON strings, dates as
ISO 8601. A value cannot be built without the evidence that shows where it is printed.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1.1.0"

Bound = Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "range", "all"]
DutyRole = Literal[
    "lead",
    "responsible",
    "cooperating",
    "coordinating",
    "supervising",
    "recipient",
    "issuer",
]
TargetRole = Literal["target", "baseline", "standard", "eligibility", "enumeration"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["pass", "fail", "within_approximation", "open_list", "unprovable"]
Origin = Literal["stated", "inherited", "default"]
Box = tuple[int, float, float, float, float]


@cache
def _names(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


class Model(BaseModel):
    """The common rules of every part: frozen, exact, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_post_init(self, _: object, /) -> None:
        """Let all instances share one set of field names.

        pydantic keeps a set of its own in each (728 bytes, two thirds of a quantity) to tell what
        was given from what was left to its default, which nobody here asks.
        """
        object.__setattr__(self, "__pydantic_fields_set__", _names(type(self)))


class CellPlace(Model):
    """Where a table cell stands in the logical grid, all counted from 0."""

    table: int = Field(ge=0)
    row: int = Field(ge=0)
    column: int = Field(ge=0)


class Evidence(Model):
    """What was printed and where (出处): an exact slice of the canonical text.

    ``start`` and ``end`` are half-open code point offsets; ``boxes`` are PDF points from the top
    left, one ``[page, x0, y0, x1, y1]`` per printed line; ``confidence`` is that of the least
    certain character of a scan, ``None`` where nothing had to be recognised.
    """

    text: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int
    page: int | None = None
    boxes: tuple[Box, ...] | None = None
    cell: CellPlace | None = None
    confidence: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _slice_has_its_length(self) -> "Evidence":
        if self.end - self.start != len(self.text):
            message = "evidence: end - start must be the length of text"
            raise ValueError(message)
        return self


class Source(Model):
    """The bytes that were read and what read them."""

    name: str
    media_type: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)
    pages: int | None
    reader: str
    reader_version: str
    ocr: bool
    text_sha256: str = Field(pattern="^[0-9a-f]{64}$")


class StatedText(Model):
    """A header element in words, line breaks removed (版头与版记要素)."""

    value: str = Field(min_length=1)
    evidence: Evidence


class StatedDate(Model):
    """A header element that is a day (成文日期)."""

    value: date
    evidence: Evidence


class DocumentNumber(Model):
    """发文字号, as in 淄高新管办字〔2024〕2号."""

    text: str
    agency_code: str = Field(title="发文机关代字")
    year: int
    serial: int
    evidence: Evidence


class PlanYear(Model):
    """The year the list is for; relative words (今年, 年底) are read against it."""

    year: int
    origin: Literal["stated", "document_number", "inferred"]
    evidence: Evidence


class Category(Model):
    """The group a project stands under; ``inherited`` when its own cell is merged or blank."""

    name: str
    evidence: Evidence
    inherited: bool


class Task(Model):
    """A part of a project's content, with the mark that opens it (①, （1）, ；)."""

    marker: str
    text: str
    evidence: Evidence


class Measure(Model):
    """A number in its exact form: one ``value``, or ``minimum`` and ``maximum`` of a range."""

    value: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    bound: Bound

    @model_validator(mode="after")
    def _value_or_range(self) -> "Measure":
        ranged = self.minimum is not None and self.maximum is not None
        if self.bound == "all":
            return self
        if ranged == (self.value is not None) or ranged != (self.bound == "range"):
            message = "measure: exactly one of value and minimum/maximum, range by its bound"
            raise ValueError(message)
        return self


class Quantity(Measure):
    """A number counted or measured with a unit (新增充电口1000个 → 1000 个)."""

    id: str
    kind: Literal["quantity"] = "quantity"
    unit: str = Field(title="计量单位")
    unit_code: str | None = Field(title="UCUM")
    dimension: str
    role: TargetRole
    action: str | None
    object: str | None
    per: str | None
    task: int | None
    evidence: Evidence


class Percentage(Measure):
    """A share or rate (覆盖率100% → 100 %)."""

    id: str
    kind: Literal["percentage"] = "percentage"
    unit: str
    role: TargetRole
    object: str | None
    task: int | None
    evidence: Evidence


class Amount(Measure):
    """A sum of money, always in 元 (财政资金170万元 → 1700000)."""

    id: str
    kind: Literal["amount"] = "amount"
    currency: str = Field(pattern="^[A-Z]{3}$")
    purpose: Literal["budget", "total_investment", "subsidy", "unit_rate", "reference"]
    status: Literal["planned", "applied_for", "secured", "sought", "expected", "unspecified"]
    source: Literal[
        "central",
        "province",
        "city",
        "district",
        "higher",
        "finance",
        "bond",
        "enterprise",
        "fund",
        "unspecified",
    ]
    year: int | None
    per: str | None
    part_of: str | None
    share: Decimal | None
    task: int | None
    evidence: Evidence


class Deadline(Model):
    """By when (完成时限): the last day of the stated period, or a rule that recurs."""

    id: str
    kind: Literal["deadline"] = "deadline"
    date: date | None
    precision: Literal["day", "month", "quarter", "half_year", "year"] | None
    bound: Literal["by", "within", "from"]
    modality: Literal["firm", "in_principle", "conditional"]
    condition: str | None
    origin: Origin
    year_inferred: bool
    recurrence: str | None = Field(title="RFC 5545 RRULE")
    overrides: str | None
    task: int | None
    evidence: Evidence


class Department(Model):
    """An organisation in a position of duty (牵头、责任、配合单位), the issuer or a recipient."""

    id: str
    kind: Literal["department"] = "department"
    name: str = Field(min_length=1)
    role: DutyRole
    qualifier: str | None
    group: bool
    group_size: int | None
    organisation: Literal["government", "enterprise", "group"]
    flags: tuple[str, ...]
    evidence: Evidence


class Oversight(Model):
    """Who coordinates, supervises or reports on the whole list, and how often (督导落实)."""

    role: Literal["coordinating", "supervising", "reporting"]
    department: Department | None
    action: str
    recurrence: str | None = Field(title="RFC 5545 RRULE")
    evidence: Evidence


class Project(Model):
    """One project of the list (实事项目)."""

    id: str
    serial: str | None
    category: Category | None
    name: str
    content: str
    tasks: tuple[Task, ...]
    quantities: tuple[Annotated[Quantity | Percentage, Field(discriminator="kind")], ...]
    amounts: tuple[Amount, ...]
    deadlines: tuple[Deadline, ...]
    departments: tuple[Department, ...]
    remarks: str | None
    evidence: Evidence


Figure = Annotated[
    Quantity | Percentage | Amount | Deadline | Department, Field(discriminator="kind")
]


class DiscardedNumeral(Model):
    """A numeral that is no figure, with the reason (四星级 → rank)."""

    text: str
    start: int
    end: int
    reason: str


class Numerals(Model):
    """The ledger of numerals: ``total = consumed + len(discarded)`` when it closes."""

    total: int
    consumed: int
    discarded: tuple[DiscardedNumeral, ...]


class Check(Model):
    """One claim of the notice about its own figures, and whether it holds."""

    id: str
    kind: Literal["sum", "share", "product", "count", "sequence", "inequality"]
    expression: str
    operands: tuple[str, ...]
    verdict: Verdict
    residual: Decimal | None


class Finding(Model):
    """Something a person should know, in Chinese."""

    code: str
    severity: Severity
    message: str
    evidence: Evidence | None


class Notice(Model):
    """One notice, validated (政策通知)."""

    schema_version: str = SCHEMA_VERSION
    id: str
    status: Literal["complete", "partial"]
    source: Source
    title: StatedText | None = Field(title="标题")
    document_number: DocumentNumber | None = Field(title="发文字号")
    issuer: StatedText | None = Field(title="发文机关")
    recipients: tuple[Department, ...] = Field(title="主送机关")
    issued_on: StatedDate | None = Field(title="成文日期")
    plan_year: PlanYear | None = Field(title="计划年度")
    attachments: tuple[StatedText, ...] = Field(title="附件说明")
    default_deadline: Deadline | None
    oversight: tuple[Oversight, ...]
    projects: tuple[Project, ...]
    figures: tuple[Figure, ...]
    numerals: Numerals
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
