"""What may be written at a place: keywords that fit there, names of the right sort, fields behind a dot."""

import pytest

from dsl.editor.completing import Item, complete
from dsl.format import format_text
from dsl.laws import read_register
from tests.unit.editor.desk import PROCESS, SHARED, desk

LAWS = read_register(
    '{"laws": [{"title": "安全生产法", "aliases": ["安法"], "versions": [], "articles": ['
    '{"article": "第四十一条第二款", "gist": "双报告"}]}]}'
)


def items(process: str = PROCESS, shared: str = SHARED) -> list[Item]:
    here = desk(process=process, shared=shared)
    return list(complete(here.index, here.name, here.position, LAWS))


def words(process: str) -> list[str]:
    return [each.text for each in items(process)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("承办 ‸", ["登记员", "审核员", "各", "同", "办理人上级", "在办最少"]),
        ("承办 登‸", ["登记员", "审核员", "各", "同", "办理人上级", "在办最少"]),
        ("若 登记.‸", ["名称", "等级", "单位", "清单项"]),
        ("若 登记.单位.‸", ["行业", "所在村", "上级"]),
        ("若 登记.等级 = 一般 则 转 ‸", ["审核", "结束", "汇合"]),
        ("填写 ‸", ["登记", "整改项"]),
        ("结论 ‸", []),
    ],
)
def test_what_fits(line: str, expected: list[str]) -> None:
    assert words(PROCESS.replace("    结论 属实、不属实", f"    {line}")) == expected


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("若 登记.等级 = ‸", ["重大", "一般"]),
        ("若 结论 = ‸", ["属实", "不属实"]),
        ("若 级别 = ‸", ["重大", "一般"]),
    ],
)
def test_what_a_comparison_may_be_comes_first(line: str, first: list[str]) -> None:
    process = PROCESS.replace("    时限 15个工作日", f"    {line}\n    时限 15个工作日")
    assert words(process)[: len(first)] == first


def test_lines_of_a_step_come_before_headings() -> None:
    found = words(PROCESS.replace("    结论 属实、不属实", "    ‸"))

    assert {"时限", "逾期", "填写", "步骤", "规程"} <= set(found) and "文号" not in found
    assert found.index("时限") < found.index("步骤") < found.index("规程")


def test_types_follow_a_colon() -> None:
    here = items(shared=SHARED.replace("名称：文本", "名称：‸文本"), process=PROCESS)

    assert {"文本", "日期", "等级", "清单"} <= {each.text for each in here}


def test_keywords_are_in_the_language_of_the_text() -> None:
    english = format_text(PROCESS, "en").replace("    outcome 属实, 不属实", "    ‸")

    assert {"deadline", "fill"} <= set(words(english)) and "时限" not in words(english)


def test_what_was_begun_is_replaced() -> None:
    (first, *_) = items(PROCESS.replace("    承办 审核员", "    承办 审核‸", 1))

    assert (first.place.column, first.place.end_column) == (8, 10)


def test_a_mistake_above_does_not_silence() -> None:
    broken = PROCESS.replace("  数据 级别：等级 = 一般", "  数据 级别 等级 一般")
    assert "登记员" in words(broken.replace("    承办 审核员", "    承办 ‸", 1))


def test_titles_of_the_law_register_follow_a_title_mark() -> None:
    found = items(PROCESS.replace("《安全生产法》第四十一条第二款", "《安‸", 1))

    assert [each.text for each in found] == ["安全生产法》", "安法》"]
    assert found[0].place.end_column - found[0].place.column == len("安")


def test_articles_of_a_law_follow_its_title_each_with_its_gist() -> None:
    (found,) = items(PROCESS.replace("《安全生产法》第四十一条第二款", "《安法》第四‸", 1))

    assert (found.text, found.detail) == ("第四十一条第二款", "双报告")
    assert found.place.end_column - found.place.column == len("第四")
