"""The columns of the tables that every tabular output and the store share.

One row here is one column: name, type, Chinese title. Each table has a ``key`` of its own
(``nt-e912d8677a02/pr-20eca694de39``), which is unique however many notices are put together, and
refers to others by theirs, so a join needs one column.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "integer", "decimal", "date", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``reference`` names the table whose ``key`` it holds."""

    name: str
    kind: Kind
    title: str
    required: bool = False
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """One table: its name, Chinese title and columns; the first column is its key."""

    name: str
    title: str
    columns: tuple[Column, ...]


def _column(line: str) -> Column:
    """Read ``name kind title``; ``!`` after the kind: never empty; ``>table``: a reference."""
    name, kind, title, *reference = line.split()
    target = reference[0].removeprefix(">") if reference else None
    return Column(name, kind.rstrip("!"), title, kind.endswith("!"), target)  # type: ignore[arg-type]


def _layout(name: str, title: str, *lines: str) -> Layout:
    return Layout(name, title, tuple(_column(line) for line in lines))


_OWNER = ("key string! 主键", "notice_id string! 通知 >notices")
_IN_PROJECT = (*_OWNER, "project_key string 项目 >projects", "id string! 编号")
_NUMBER = (
    "value decimal 数值",
    "minimum decimal 下限",
    "maximum decimal 上限",
    "bound string! 口径",
)
EVIDENCE = (
    "evidence_text string 原文",
    "evidence_start integer 起",
    "evidence_end integer 止",
    "evidence_page integer 页",
    "evidence_table integer 表",
    "evidence_row integer 行",
    "evidence_column integer 列",
    "evidence_confidence decimal 识别把握",
)

NOTICES = _layout(
    "notices",
    "通知",
    "id string! 主键",
    "notice string! 通知编号",
    "schema_version string! 格式版本",
    "status string! 状态",
    "title string 标题",
    "document_number string 发文字号",
    "issuer string 发文机关",
    "issued_on date 成文日期",
    "plan_year integer 计划年度",
    "source_name string! 文件名",
    "source_media_type string! 文件类型",
    "source_sha256 string! 文件指纹",
    "text_sha256 string! 文字指纹",
)
PROJECTS = _layout(
    "projects",
    "项目",
    *_OWNER,
    "id string! 编号",
    "position integer! 次序",
    "serial string 序号",
    "category string 类别",
    "name string! 项目名称",
    "content string! 内容",
    "remarks string 备注",
    *EVIDENCE,
)
TASKS = _layout(
    "tasks",
    "任务",
    *_OWNER,
    "project_key string! 项目 >projects",
    "task integer! 任务次序",
    "marker string! 标号",
    "text string! 任务",
    *EVIDENCE,
)
QUANTITIES = _layout(
    "quantities",
    "数量和百分比",
    *_IN_PROJECT,
    "kind string! 种类",
    *_NUMBER,
    "unit string 单位",
    "unit_code string 单位代码",
    "dimension string 量纲",
    "role string! 作用",
    "action string 动作",
    "object string 对象",
    "per string 每",
    "task integer 任务次序",
    *EVIDENCE,
)
AMOUNTS = _layout(
    "amounts",
    "金额（元）",
    *_IN_PROJECT,
    *_NUMBER,
    "currency string! 币种",
    "purpose string! 用途",
    "status string! 状态",
    "source string! 来源",
    "year integer 年度",
    "per string 每",
    "part_of string 属于",
    "share decimal 占比",
    "task integer 任务次序",
    *EVIDENCE,
)
DEADLINES = _layout(
    "deadlines",
    "时限",
    *_IN_PROJECT,
    "date date 日期",
    "precision string 精度",
    "bound string! 口径",
    "modality string! 语气",
    "condition string 条件",
    "origin string! 来历",
    "year_inferred boolean! 年份是推断的",
    "recurrence string 周期",
    "overrides string 取代",
    "task integer 任务次序",
    *EVIDENCE,
)
DEPARTMENTS = _layout(
    "departments",
    "单位",
    *_IN_PROJECT,
    "name string! 名称",
    "role string! 职责",
    "qualifier string 限定",
    "group boolean! 泛指",
    "group_size integer 个数",
    "organisation string! 性质",
    "flags string 标记",
    *EVIDENCE,
)
OVERSIGHT = _layout(
    "oversight",
    "督导",
    *_OWNER,
    "role string! 职责",
    "department string 单位",
    "action string! 事项",
    "recurrence string 周期",
    *EVIDENCE,
)
CHECKS = _layout(
    "checks",
    "核对",
    *_OWNER,
    "id string! 编号",
    "kind string! 种类",
    "expression string! 算式",
    "operands string 各项",
    "verdict string! 结论",
    "residual decimal 差额",
)
FINDINGS = _layout(
    "findings",
    "发现",
    *_OWNER,
    "code string! 代码",
    "severity string! 级别",
    "message string! 说明",
    *EVIDENCE,
)
LAYOUTS = (
    *(NOTICES, PROJECTS, TASKS, QUANTITIES, AMOUNTS),
    *(DEADLINES, DEPARTMENTS, OVERSIGHT, CHECKS, FINDINGS),
)
FIGURES = _layout(
    "figures",
    "指标一览",
    "key string! 主键",
    "notice_id string! 通知",
    "document_number string 发文字号",
    "plan_year integer 计划年度",
    "project_key string 项目",
    "serial string 序号",
    "category string 类别",
    "project string 项目名称",
    "kind string! 种类",
    "name string 单位名称",
    "role string 作用或职责",
    "action string 动作",
    "object string 对象",
    "bound string 口径",
    "value decimal 数值",
    "minimum decimal 下限",
    "maximum decimal 上限",
    "unit string 计量单位",
    "per string 每",
    "purpose string 用途",
    "status string 状态",
    "source string 来源",
    "date date 日期",
    "recurrence string 周期",
    "origin string 来历",
    *EVIDENCE,
)
