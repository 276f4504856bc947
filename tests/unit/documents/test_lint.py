"""What is wrong with a paper: one rule each, and the two slips of the notice itself."""

from datetime import date
from pathlib import Path

import pytest

from engine.definition import Demand
from engine.documents.lint import Expected, PaperFinding, Severity, is_blocked, lint
from engine.documents.paper import Paper, Part, PartKind, read_text

NOTICE = Path(__file__).parents[3] / "processes" / "shared" / "notice.md"
GOOD = {
    PartKind.LETTERHEAD: "润城镇人民政府文件",
    PartKind.NUMBER: "润政发〔2023〕1号",
    PartKind.TITLE: "关于做好安全生产工作的通知",
    PartKind.BODY: "请于2023年4月17日前完成。",
    PartKind.SIGNATURE: "润城镇人民政府",
    PartKind.DATE: "2023年4月10日",
}
REMEDY = (
    "可以自收到之日起六十日内向县人民政府申请行政复议；"
    "也可以自收到之日起六个月内依法向县人民法院提起行政诉讼。"
)


def paper(**changed: str) -> Paper:
    """A paper with nothing wrong, but for the parts given by the names of their kinds."""
    texts = GOOD | {PartKind[name.upper()]: text for name, text in changed.items()}
    return Paper(tuple(Part(kind, text) for kind, text in texts.items() if text))


def codes(found: tuple[PaperFinding, ...]) -> list[str]:
    return [each.code for each in found]


def test_the_notice_itself_has_round_brackets_and_another_signature() -> None:
    found = lint(read_text(NOTICE.read_text(encoding="utf-8")))

    assert codes(found) == ["W01", "W05"]
    assert "润政发（2023）1号" in found[0].message and "润政发〔2023〕1号" in found[0].hint
    assert "润镇人民政府" in found[1].message and "润城镇人民政府" in found[1].message


def test_a_good_paper_has_no_finding() -> None:
    assert lint(paper()) == ()


def test_the_number_of_a_further_paper_of_a_case_is_in_order() -> None:
    assert lint(paper(number="（润）应急罚告〔2023〕1-1号")) == ()
    (found,) = lint(paper(number="（润）应急罚告〔2023〕01-1"))
    assert "（润）应急罚告〔2023〕1-1号" in found.hint


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": "润政发[2023]1号"}, "W01"),
        ({"number": "润政发〔23〕1号"}, "W02"),
        ({"number": "润政发〔2023〕01号"}, "W03"),
        ({"number": "润政发〔2023〕第1号"}, "W03"),
        ({"number": "润政发〔2023〕1"}, "W03"),
        ({"number": "润政发〔2022〕1号"}, "W04"),
        ({"signature": "润镇人民政府"}, "W05"),
        ({"date": "二〇二三年四月十日"}, "W07"),
        ({"date": "2023年04月10日"}, "W08"),
        ({"body": "请于2023年4月1日前完成。"}, "W10"),
        ({"title": ""}, "W11"),
        ({"signature": ""}, "W12"),
        ({"date": ""}, "W13"),
        ({"body": "请于{{ 整改要求单.整改期限 }}前完成。"}, "W14"),
        ({"title": "关于做好安全生产工作的通知。"}, "W19"),
    ],
)
def test_each_mistake_is_found_alone(changed: dict[str, str], code: str) -> None:
    assert codes(lint(paper(**changed))) == [code]


def test_a_number_that_is_not_taken_yet_is_no_mistake() -> None:
    assert lint(paper(number="（签发时编号）")) == ()


def test_a_joint_paper_is_signed_by_one_of_its_organs() -> None:
    assert lint(paper(letterhead="润城镇党委　润城镇人民政府")) == ()


def test_a_delegated_power_is_used_in_the_name_of_who_delegated_it() -> None:
    assert codes(lint(paper(), Expected(issuer="县应急管理局"))) == ["W06"]


def test_a_paper_is_not_dated_later_than_today() -> None:
    assert codes(lint(paper(), Expected(day=date(2023, 4, 9)))) == ["W09"]


def test_remedy_names_both_ways_with_body_and_term() -> None:
    asked = Expected((Demand.REMEDY,))

    assert codes(lint(paper(), asked)) == ["W15", "W16"]
    assert codes(lint(paper(body=REMEDY.replace("六个月内", "")), asked)) == ["W16"]
    assert lint(paper(body=REMEDY), asked) == ()


def test_the_party_is_told_that_it_may_be_heard() -> None:
    asked = Expected((Demand.DEFENCE,))

    assert codes(lint(paper(), asked)) == ["W17"]
    assert lint(paper(body="你单位可以在五个工作日内向本机关陈述、申辩。"), asked) == ()


def test_two_officers_with_certificates_are_named() -> None:
    asked = Expected((Demand.OFFICERS,))
    one, two = "张宏（证号：04050520012）", "刘岩（证号：04050520013）"

    assert codes(lint(paper(body=one + one), asked)) == ["W18"]
    assert lint(paper(body=f"{one}、{two}"), asked) == ()


def test_several_mistakes_are_told_at_once_each_with_its_article() -> None:
    found = lint(paper(number="润政发（2023）01号", signature="润镇人民政府"))

    assert codes(found) == ["W01", "W03", "W05"]
    assert all(each.basis and each.hint for each in found)
    assert is_blocked(found)


def test_a_warning_does_not_block() -> None:
    found = lint(paper(title="关于做好安全生产工作的通知。"))

    assert [each.severity for each in found] == [Severity.WARNING]
    assert not is_blocked(found)
