"""Papers are read by their styles, else by how the lines stand; layout, template and page keep what they say."""

import pytest

from engine.documents.layout import build
from engine.documents.page import body
from engine.documents.paper import Paper, Part, PartKind, UnreadablePaper, read_docx, read_text
from engine.documents.template import BadTemplate, fill, placeholders

PARTS = (
    Part(PartKind.LETTERHEAD, "润城镇人民政府"),
    Part(PartKind.NUMBER, "润安督〔2023〕1号"),
    Part(PartKind.TITLE, "督办通知书"),
    Part(PartKind.BODY, "甲\n乙"),
    Part(PartKind.TABLE, rows=(("单位", "兴达铸造"), ("隐患", "未接地"))),
    Part(PartKind.SIGNATURE, "润城镇人民政府"),
    Part(PartKind.DATE, "2023年4月10日"),
)


def test_what_is_laid_out_is_read_back() -> None:
    assert read_docx(build(PARTS)).parts == PARTS


def test_a_file_that_is_no_word_document_says_what_to_do() -> None:
    with pytest.raises(UnreadablePaper, match="另存为"):
        read_docx(b"text")


def test_plain_lines_are_told_apart_by_where_they_stand() -> None:
    paper = read_text(
        "润安办〔2023〕5号\n\n# 关于会议的通知\n\n各村：\n\n请参加。\n\n润城镇安委会办公室\n\n2023年5月4日"
    )

    assert [part.kind for part in paper.parts] == [
        PartKind.NUMBER,
        PartKind.TITLE,
        PartKind.ADDRESSEE,
        PartKind.BODY,
        PartKind.SIGNATURE,
        PartKind.DATE,
    ]


def test_a_template_says_what_it_prints() -> None:
    template = build(
        (
            Part(PartKind.BODY, "{{ 登记.名称 }}，{{ 文书.文号 }}"),
            Part(PartKind.BODY, "{% for 项 in 检查.发现 %}{{ 项.部位 }}{% endfor %}"),
        )
    )

    assert placeholders(template) == (("登记", "名称"), ("文书", "文号"), ("检查", "发现"))


def test_values_are_text_and_never_markup_or_code() -> None:
    template = build((Part(PartKind.BODY, "{{ 登记.名称 }}"),))

    filled = read_docx(fill(template, {"登记": {"名称": "<w:t>&{{ 7*7 }}"}}))

    assert filled.words == "<w:t>&{{ 7*7 }}"


def test_a_template_that_asks_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(BadTemplate, match="地址"):
        fill(build((Part(PartKind.BODY, "{{ 登记.地址 }}"),)), {"登记": {"名称": "甲"}})


def test_a_template_reaches_nothing_but_its_values() -> None:
    with pytest.raises(BadTemplate):
        fill(build((Part(PartKind.BODY, "{{ 登记.__class__.__mro__ }}"),)), {"登记": {}})


def test_the_page_escapes_everything() -> None:
    page = body(Paper((Part(PartKind.TITLE, "<b>&"), Part(PartKind.TABLE, rows=(("<i>", "x"),)))))

    assert (
        page == '<p class="gw-title">&lt;b&gt;&amp;</p>\n<table><tr><td>&lt;i&gt;</td><td>x</td></tr></table>'
    )
