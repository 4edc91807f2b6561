"""A comparison as one HTML page, both sides beside each other; nothing is loaded from anywhere."""

from collections import Counter
from html import escape

from extract.compare.model import TITLES, Change, Diff, Side
from extract.writers import _said

_COLOURS = {
    **{"new": "#1a7f37", "expanded": "#1a7f37", "dropped": "#b42318", "cut": "#b42318"},
    **{"continued": "#667085", "split": "#6941c6", "merged": "#6941c6"},
}
_OTHER = "#b54708"
_WHOLE = frozenset({"continued", "new", "dropped", "split", "merged"})
_QUOTE = 120  # characters of a quotation; the place says where the rest is
_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0 auto;
max-width:1200px;padding:24px}
h1{font-size:22px;margin:0 0 4px}p{margin:0 0 16px}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border:1px solid #98a2b366;padding:8px 10px;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{position:sticky;top:0;background:Canvas}
th:first-child{width:130px}
.kind{display:inline-block;color:#fff;border-radius:4px;padding:1px 8px;white-space:nowrap}
.name{font-weight:600}.said{font-size:17px}
blockquote{margin:4px 0 0;padding-left:8px;border-left:3px solid #98a2b3;opacity:.8;font-size:13px}
@media(max-width:600px){body{padding:10px}th,td{padding:6px}th:first-child{width:84px}}
"""


def page(found: Diff) -> bytes:
    """Return the page; every word of a notice is escaped."""
    counts = Counter(change.kind for change in found.changes)
    summary = "，".join(f"{title} {counts[kind]}" for kind, title in TITLES.items() if counts[kind])
    rows = "\n".join(_row(change) for change in found.changes)
    title = "两份清单的对比"
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
<p>{escape(summary) or "没有项目"}</p>
<table><thead><tr><th scope="col">变化</th><th scope="col">旧：{escape(found.old_title)}</th>
<th scope="col">新：{escape(found.new_title)}</th></tr></thead>
<tbody>
{rows}
</tbody></table></body></html>
""".encode()


def _row(change: Change) -> str:
    colour = _COLOURS.get(change.kind, _OTHER)
    kind = f'<span class="kind" style="background:{colour}">{TITLES[change.kind]}</span>'
    subject = "" if change.kind in _WHOLE else f"<br>{escape(change.subject)}"
    return f"<tr><td>{kind}{subject}</td>{_side(change.old)}{_side(change.new)}</tr>"


def _side(side: Side) -> str:
    if not side.names and not side.text:
        return "<td>—</td>"
    name = f'<div class="name">{escape("、".join(side.names))}</div>'
    own = side.text and side.text != "、".join(side.names)
    said = f'<div class="said">{escape(side.text)}</div>' if own else ""
    quotes = "".join(
        f"<blockquote>{escape(_short(one.text))}<br>{escape(_said.place(one))}</blockquote>"
        for one in side.evidence
    )
    return f"<td>{name}{said}{quotes}</td>"


def _short(text: str) -> str:
    line = "".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[:_QUOTE]}…"
