"""What is out of a Word document's flow: footnotes in their place, the rest noted, nothing lost."""

from test_readers_docx import codes, docx, field, p, part, r, tbl, tc, tr


def test_footnotes_follow_the_paragraph_that_cites_them() -> None:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    typed = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>①</w:t></w:r>'
    notes = "".join(
        f'<w:footnote w:id="{n}">{p("<w:r><w:footnoteRef/></w:r>", r(text))}</w:footnote>'
        for n, text in ((2, " 含存量50个。"), (3, "含区级资金。"), (4, "未被引用。"))
    )
    document = docx(
        p(r("新增托位452个"), mark.format(2), r("。"))
        + tbl(tr(tc(p(r("110万元"), typed)), tc("年底")))
        + p("完"),
        footnotes=part("footnotes", f'<w:footnote w:type="separator" w:id="0"/>{notes}'),
    )
    assert document.text == "新增托位452个。\n含存量50个。\n110万元\t年底\n含区级资金。\n完"
    assert codes(document) == ["docx.footnote"]


def test_a_note_that_cites_itself_is_read_once() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = part("footnotes", f'<w:footnote w:id="2">{p(r("注文"), mark)}</w:footnote>')
    assert docx(p(r("甲"), mark), footnotes=notes).text == "甲\n注文"


def test_what_stays_out_is_noted() -> None:
    header = part("hdr", p(field("PAGE", "3"), r("淄高新管办字〔2024〕2号")))
    footer = part("ftr", p(r("第 "), field("PAGE", "3"), r(" 页 共 9 页")))
    comments = part("comments", f'<w:comment w:id="1">{p("金额待定")}</w:comment>')
    hidden = r("内部口径30个", "<w:vanish/>")
    ole = "<w:r><w:object><o:OLEObject/></w:object></w:r>"
    document = docx(
        p(r("新增20个"), hidden, ole) + '<w:altChunk r:id="x" xmlns:r="urn:r"/>',
        header=header, footer=footer, comments=comments,
    )  # fmt: skip
    assert document.text == "新增20个"
    assert codes(document) == [
        "docx.hidden", "docx.chunk", "docx.object", "docx.header", "docx.comments",
    ]  # fmt: skip
    assert "〔2024〕2号" in document.notes[3].message
    assert document.notes[3].severity == "warning"


def test_hidden_by_a_style_is_hidden() -> None:
    styles = part(
        "styles",
        '<w:style w:type="character" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="A"/></w:style>',
    )
    body = p(r("见"), r("隐", '<w:rStyle w:val="B"/>'), r("示", '<w:vanish w:val="0"/>'))
    assert docx(body, styles=styles).text == "见示"


def test_a_field_that_never_ends_swallows_nothing() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF</w:instrText></w:r>'
    document = docx(p(begin, r("财政资金50万元")) + p("完"))
    assert document.text == "财政资金50万元\n完"
    assert codes(document) == ["docx.field"]


def test_pictures_alone_are_no_document() -> None:
    document = docx(p('<w:r><w:pict><v:shape><v:imagedata src="a"/></v:shape></w:pict></w:r>'))
    assert document.text == ""
    assert [n.severity for n in document.notes if n.code == "docx.picture_only"] == ["error"]
