"""What an editor says about the word under the pointer."""

import re
from dataclasses import replace

import pytest

from dsl.clauses import Article
from dsl.editor.hovering import hover
from dsl.law_texts import LawText
from dsl.laws import LawRegister, read_register
from dsl.vocabulary import Language, keyword_help, keywords
from tests.unit.editor.desk import PROCESS, SHARED, desk, marked

LAWS = read_register(
    '{"laws": [{"title": "安全生产法", "aliases": ["安法"], "versions": [], "articles": ['
    '{"article": "第四十一条", "gist": "整条要点", "mark": "V"},'
    '{"article": "第四十一条第二款", "gist": "双报告", "mark": "M"}]}]}'
)


def said(
    process: str = PROCESS, shared: str = SHARED, laws: LawRegister = LAWS, language: Language = "zh"
) -> str:
    here = desk(process=process, shared=shared)
    found = hover(here.index, here.name, here.position, laws, language)
    return "" if found is None else found.text


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("审核员\n    结论 属‸实", "**属实** · 结论（步骤“审核”）"),
        ("承‸办 审核员", "谁来办"),
        ("承办 审‸核员", "审核隐患的人"),
        ("登记.等‸级", "等级，必填"),
        ("登‸记.等级", "- 名称：文本，必填"),
        ("置 级‸别", "类型：等级"),
        ("时‸限 15个工作日", "从立案起15个工作日内（不顺延）"),
        ("时限 15个工‸作日", "放假不算、调休上班算；起算当天不算；到期日逢节假日不顺延"),
        ("《安全‸生产法》", "双报告（待核实）"),
        ("第四‸十一条第二款", "**《安全生产法》第四十一条第二款**"),
    ],
)
def test_what_is_said(at: str, expected: str) -> None:
    assert expected in said(marked(PROCESS, at))


def test_the_article_around_is_shown_when_the_very_place_is_not_in_the_register() -> None:
    process = PROCESS.replace("第四十一条第二款", "第四十一条第‸三款")
    assert "整条要点" in said(process)


def test_the_text_of_an_article_follows_its_gist_where_it_was_loaded() -> None:
    register = read_register(
        '{"laws": [{"title": "安全生产法", "aliases": ["安法"], "versions": [{"name": "2021", "from": "2021-09-01"}],'
        '"articles": [{"article": "第四十一条第二款", "gist": "双报告"}]}]}'
    )
    text = LawText({Article(41): ("建立分级管控制度。", "如实记录，并向职工通报。")})
    laws = replace(register, texts={("安全生产法", "2021"): text})

    assert "双报告\n\n2021 文本原文：如实记录，并向职工通报。" in said(
        marked(PROCESS, "第四‸十一条第二款"), laws=laws
    )
    alone = PROCESS.replace("《安全生产法》第四十一条第二款", "《安法》第四十‸一条第一款")
    assert "2021 文本原文：建立分级管控制度。" in said(alone, laws=laws)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (PROCESS.replace("第四十一条第二款", "第九条‸之一"), ""),
        (PROCESS.replace("第四十一条第二款", "第九‸条"), "还没有这一条的要点"),
        (PROCESS.replace("《安全生产法》第四", "《某法》第‸四"), "没有这部法"),
    ],
)
def test_what_the_register_lacks_is_said(process: str, expected: str) -> None:
    assert expected in said(process)


def test_a_law_says_from_when_its_texts_are_in_force_and_which_day_nobody_has_checked() -> None:
    laws = read_register(
        '{"laws": [{"title": "安全生产法", "articles": [], "versions": ['
        '{"name": "2014", "from": "2014-12-01", "until": "2021-08-31", "mark": "M"},'
        '{"name": "2021", "from": "2021-09-01"}]}]}'
    )
    found = said(PROCESS.replace("《安全生产法》第四十一条第二款", "《安全‸生产法》"), laws=laws)

    assert "2014 文本自 2014-12-01 起施行，至 2021-08-31（待核实）" in found
    assert "2021 文本自 2021-09-01 起施行" in found


def test_nothing_is_said_of_a_blank() -> None:
    assert said(marked(PROCESS, "‸  步骤 审核")) == ""


def test_every_keyword_has_its_help() -> None:
    assert keyword_help().keys() == keywords().keys()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("承‸办 审核员", 'Who does it: "or" any of them'),
        ("审核员\n    结论 属‸实", '· outcome (step "审核")'),
        ("登记.等‸级", "等级, required"),
        ("时限 15个工‸作日", "counted in working days, leaving out holidays"),
        ("《安全‸生产法》", "双报告 (unverified)"),
        ("第四‸十一条第二款", "**《安全生产法》第四十一条第二款**"),
    ],
)
def test_an_english_file_is_told_in_english(at: str, expected: str) -> None:
    assert expected in said(marked(PROCESS, at), language="en")


def test_the_english_of_keywords_holds_no_chinese() -> None:
    assert [each.english for each in keyword_help().values() if re.search("[一-鿿]", each.english)] == []
