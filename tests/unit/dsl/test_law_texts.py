"""The text of a law as it is published, and the place in it that is cited."""

import pytest

from dsl.law_texts import BadText, read_law_text
from dsl.literals import read_article

TEXT = """
某省安全条例

目　录
第一章　总　则

第一章　总　则
第一条　为了安全，制定本条例。
第二条　单位应当遵守下列规定：
（一）建立制度；
（二）配备人员。
第一条规定的单位，由镇人民政府监督。
第二条之一　本条例所称单位，不含个人。
第二章　附　则
第三条　本条例自公布之日起施行。
"""


@pytest.mark.parametrize(
    ("cited", "said"),
    [
        ("第一条", "为了安全，制定本条例。"),
        ("第二条第一款", "单位应当遵守下列规定：\n（一）建立制度；\n（二）配备人员。"),
        ("第二条第一款第(二)项", "（二）配备人员。"),
        ("第二条第(一)项", "（一）建立制度；"),
        ("第二条第二款", "第一条规定的单位，由镇人民政府监督。"),
        ("第二条之一", "本条例所称单位，不含个人。"),
        ("第三条", "本条例自公布之日起施行。"),
        ("第三条第二款", ""),
        ("第四条", ""),
    ],
)
def test_a_place_is_found_as_it_is_cited(cited: str, said: str) -> None:
    assert read_law_text(TEXT).of(read_article(cited)) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "没有找到“第一条”"),
        ("第二条　单位应当遵守。", "开头应当是第一条，却是第二条"),
        ("第一条　甲。\n第三条　乙。", "第一条后面应当是第二条，却是第三条"),
        ("第一条　甲。\n第零条　乙。", "序号应当在 1 到 9999 之间"),
    ],
)
def test_a_text_of_which_something_is_missing_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadText, match=why):
        read_law_text(text)
