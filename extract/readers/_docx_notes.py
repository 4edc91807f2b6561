"""What a person should know of a Word document: that which the text does not say."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from extract.document import Note

_Severity = Literal["error", "warning", "info"]
_MESSAGES: dict[str, tuple[_Severity, str]] = {
    "numbering": ("warning", "有 {} 处自动编号没有定义或格式不识，编号可能与原件不同，请核对。"),
    "autonum": ("warning", "有 {} 处编号由域计算，文件中没有结果，编号未写入文本，请核对。"),
    "nested_table": ("warning", "有 {} 个表格嵌套在单元格内，其文字已并入外层单元格，请核对。"),
    "symbol": ("warning", "有 {} 个符号字体的字符没有对应文字，请对照原件核对。"),
    "hidden": ("warning", "有 {} 处隐藏文字（或隐藏行）未写入文本，请核对。"),
    "chunk": ("warning", "有 {} 处嵌入的外部文档未读取，请单独处理。"),
    "object": ("warning", "有 {} 个嵌入对象（如 Excel 表、公式）未读取，请单独处理。"),
    "chart": ("warning", "有 {} 个图表中的文字和数字未读取，请对照原件核对。"),
    "diagram": ("warning", "有 {} 个 SmartArt 图形中的文字未读取，请对照原件核对。"),
    "picture": ("info", "有 {} 张图片，图中文字未读取，请对照原件核对。"),
    "footnote": ("info", "有 {} 条脚注（尾注），已放在引用它的段落或表格之后。"),
    "field": ("warning", "有 {} 个域没有结束标记，其后的文字已保留，请核对。"),
}


def notes(counts: Counter[str], *, is_empty: bool) -> Iterator[Note]:
    """Yield a note for each kind that was met; pictures alone, without text, are an error."""
    for code, (severity, message) in _MESSAGES.items():
        if counts[code]:
            yield Note(f"docx.{code}", severity, message.format(counts[code]))
    if is_empty and counts["picture"]:
        yield Note(
            "docx.picture_only", "error", "正文只有图片，没有文字，请先识别图中文字（OCR）再处理。"
        )
