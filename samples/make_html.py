"""Make the web page samples: the two seed notices as government sites show them, from their .txt.

Run from the repository's root: ``python samples/make_html.py``. The Zibo page is UTF-8 and set in
paragraphs; the Jining page is GB2312, as old sites are, and its category column is merged. Around
both stands what every page of a site has: navigation, the way here, share links, a footer.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from make import JINING, MERGED, OPENING, ZIBO, joined, table_rows

HERE = Path(__file__).resolve().parent
CHANNELS = ("首页", "政务公开", "政务服务", "互动交流", "数据开放", "走进高新")
WAY_HERE = ("首页", "政务公开", "法定主动公开内容", "重点领域", "民生实事")
COLUMN_WIDTHS = (4, 11, 36, 9, 14, 12, 12, 4)  # per cent


def main() -> None:
    """Write both pages beside this script."""
    (HERE / f"{ZIBO}.html").write_bytes(zibo((HERE / f"{ZIBO}.txt").read_text("utf-8")).encode())
    page = jining((HERE / f"{JINING}.txt").read_text("utf-8"))
    (HERE / f"{JINING}.html").write_bytes(page.encode("gb18030"))


def zibo(text: str) -> str:
    """Return the notice in prose: the title as the page's heading, the rest in TRS_Editor."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = next(i for i, line in enumerate(lines) if OPENING.match(line))
    issuer, about = lines[0], "".join(lines[1:number])
    paragraphs = joined(lines[number:])
    centred = {0, paragraphs.index("附件") + 1}
    body = [
        f'<p style="text-align: {"center" if number in centred else "justify"};">'
        f'<span style="font-family: 仿宋; font-size: 16pt;">{_indented(each, number)}</span></p>'
        for number, each in enumerate(paragraphs)
    ]
    content = (
        f'<h1 class="art-title">{escape(issuer)}<br>{escape(about)}</h1>\n'
        '<div id="zoom" class="article-content">\n<div class="TRS_Editor">\n'
        + "\n".join(body)
        + "\n</div>\n</div>"
    )
    return page("utf-8", issuer + about, content)


def jining(text: str) -> str:
    """Return the table: a category over several projects is one cell with a rowspan."""
    rows = table_rows(text)
    columns = "".join(f'<col width="{width}%">' for width in COLUMN_WIDTHS)
    body = "\n".join(f"<tr>{''.join(_cells(row, number))}</tr>" for number, row in enumerate(rows))
    content = (
        '<div class="content" id="UCAPCONTENT">\n'
        f'<table border="1" cellspacing="0" width="100%"><colgroup>{columns}</colgroup>\n'
        f"<tbody>\n{body}\n</tbody></table>\n</div>"
    )
    return page("gb2312", "民生实事", content)


def page(charset: str, title: str, content: str) -> str:
    """Return a whole page of the site around the content."""
    channels = "".join(f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(CHANNELS))
    way = " &gt; ".join(f'<a href="/way/{n}/">{name}</a>' for n, name in enumerate(WAY_HERE))
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="{charset}">
<meta name="SiteName" content="高新区门户网站">
<title>{escape(title)}-高新区门户网站</title>
<style>body {{ margin: 0 auto; max-width: 1200px; }} #zoom p {{ text-indent: 2em; }}</style>
<script>var visits = 20230115; document.write("");</script>
</head>
<body>
<div class="header"><a href="/">高新区门户网站</a>
<div class="search"><input type="text" value="请输入关键词"><button>搜索</button></div></div>
<div class="nav"><ul>{channels}</ul></div>
<div class="main">
<div class="breadcrumb">当前位置：{way} &gt; 正文</div>
{content}
<div class="share">分享到：<a href="#wx">微信</a> <a href="#wb">微博</a></div>
<p>【字体：大 中 小】【打印】【关闭】</p>
</div>
<div class="footer"><p>主办：高新区管委会办公室&nbsp;&nbsp;承办：大数据中心</p>
<p>网站标识码：3703000099&nbsp;&nbsp;<a href="/map/">网站地图</a></p></div>
<div style="display: none"><img src="/visit?id=1" alt="">访问量 12345 次</div>
</body>
</html>
"""


def _indented(paragraph: str, number: int) -> str:
    """Return a paragraph with the two full-width spaces that editors leave before it."""
    return escape(paragraph) if number < 2 else f"\u3000\u3000{escape(paragraph)}"


def _cells(row: list[str], number: int) -> Iterator[str]:
    """Yield the cells of a row; one that a merge from above covers is not written."""
    covered = {row for first, last in MERGED.items() for row in range(first + 1, last + 1)}
    for column, content in enumerate(row):
        if column == 1 and number in covered:
            continue
        span = f' rowspan="{MERGED[number] - number + 1}"' if _opens(number, column) else ""
        name = "th" if number == 0 else "td"
        lines = "<br>".join(escape(line.strip()) for line in content.split("\n"))
        yield f"<{name}{span}>{lines or '&nbsp;'}</{name}>"


def _opens(number: int, column: int) -> bool:
    return column == 1 and number in MERGED


if __name__ == "__main__":
    main()
