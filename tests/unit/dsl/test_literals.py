"""Literals: what may be written, what it means, how each language prints it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dsl import literals
from dsl.clauses import Article
from dsl.expressions import PeriodUnit
from dsl.numerals import ImpossibleValue, read_integer, write_chinese
from engine.values import Span, Unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("两千", 2000),
        ("三万", 30000),
        ("二〇二三", 2023),
        ("7", 7),
    ],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert read_integer(text) == value


@pytest.mark.parametrize("value", [*range(1, 130), 200, 205, 234, 1000, 1001, 1010, 1100, 2030, 9999])
def test_every_written_numeral_reads_back(value: int) -> None:
    assert read_integer(write_chinese(value)) == value


@pytest.mark.parametrize(
    ("text", "span", "chinese", "english"),
    [
        ("十五个工作日以内", Span(15, Unit.WORKING_DAY), "15个工作日", "15 working days"),
        ("15工作日", Span(15, Unit.WORKING_DAY), "15个工作日", "15 working days"),
        ("3天", Span(3, Unit.DAY), "3日", "3 days"),
        ("30自然日", Span(30, Unit.DAY), "30日", "30 days"),
        ("1小时", Span(1, Unit.HOUR), "1小时", "1 hour"),
        ("12个月", Span(12, Unit.MONTH), "12个月", "12 months"),
        ("半年", Span(6, Unit.MONTH), "6个月", "6 months"),
        ("2个季度", Span(6, Unit.MONTH), "6个月", "6 months"),
        ("两周内", Span(2, Unit.WEEK), "2周", "2 weeks"),
    ],
)
def test_spans(text: str, span: Span, chinese: str, english: str) -> None:
    assert literals.read_span(text) == literals.read_span(chinese) == literals.read_span(english) == span
    assert (literals.write_span(span, "zh"), literals.write_span(span, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "period", "chinese", "english"),
    [
        ("每月", (1, PeriodUnit.MONTH), "每月", "each month"),
        ("每季", (1, PeriodUnit.QUARTER), "每季度", "each quarter"),
        ("每旬", (1, PeriodUnit.TEN_DAYS), "每旬", "each ten days"),
        ("每半年", (1, PeriodUnit.HALF_YEAR), "每半年", "each half-year"),
        ("每十五天", (15, PeriodUnit.DAY), "每15日", "each 15 days"),
        ("每3个工作日", (3, PeriodUnit.WORKING_DAY), "每3个工作日", "each 3 working days"),
    ],
)
def test_periods(text: str, period: tuple[int, PeriodUnit], chinese: str, english: str) -> None:
    assert (
        literals.read_period(text) == literals.read_period(chinese) == literals.read_period(english) == period
    )
    assert (literals.write_period(*period, "zh"), literals.write_period(*period, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "yuan", "chinese", "english"),
    [
        ("3,000元", "3000", "3000元", "CNY 3000"),
        ("三千元", "3000", "3000元", "CNY 3000"),
        ("30万元", "300000", "30万元", "CNY 300000"),
        ("1.5万元", "15000", "15000元", "CNY 15000"),
        ("1亿元", "100000000", "1亿元", "CNY 100000000"),
        ("12.50元", "12.5", "12.5元", "CNY 12.5"),
        ("0元", "0", "0元", "CNY 0"),
    ],
)
def test_money(text: str, yuan: str, chinese: str, english: str) -> None:
    value = literals.read_money(text)
    assert value == literals.read_money(chinese) == literals.read_money(english) == Decimal(yuan)
    assert (literals.write_money(value, "zh"), literals.write_money(value, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "article", "chinese", "english"),
    [
        ("第41条第2款", Article(41, paragraph=2), "第四十一条第二款", "art.41(2)"),
        ("第三条第一项", Article(3, item=1), "第三条第（一）项", "art.3 item 1"),
        ("第二百三十四条之一", Article(234, suffix=1), "第二百三十四条之一", "art.234-1"),
        ("第六章", Article(6, chapter=True), "第六章", "ch.6"),
        (
            "第三条第一款第(二)项第三目",
            Article(3, False, None, 1, 2, 3),
            "第三条第一款第（二）项第三目",
            "art.3(1) item 2 sub 3",
        ),
    ],
)
def test_articles_keep_paragraph_and_item_apart(
    text: str, article: Article, chinese: str, english: str
) -> None:
    assert literals.read_article(text) == literals.read_article(english) == article
    assert (literals.write_article(article, "zh"), literals.write_article(article, "en")) == (
        chinese,
        english,
    )


def test_shares_are_exact() -> None:
    assert literals.read_share("三分之二") == literals.read_share("2 of 3") == Fraction(2, 3)
    assert literals.read_share("12.5%") == Fraction(1, 8)
    assert literals.write_share("2 of 3", "zh") == "三分之二"
    assert literals.write_share("15%", "en") == "15%"


def test_quantities_keep_their_measure_word() -> None:
    assert literals.read_quantity("三十人") == literals.read_quantity("30 persons") == (30, "人")
    assert literals.write_quantity(2, "份", "en") == "2 copies"
    assert literals.read_quantity("2 copies") == (2, "份")


def test_dates() -> None:
    assert literals.read_date("2023年4月10日") == literals.read_date("2023-4-10") == date(2023, 4, 10)
    assert literals.write_month_day(literals.read_month_day("06-01"), "zh") == "6月1日"


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: literals.read_date("2023-02-29"),
        lambda: literals.read_month_day("2月30日"),
        lambda: literals.read_span("99999日"),
        lambda: literals.read_share("零分之一"),
        lambda: literals.read_article("第零条"),
        lambda: read_integer("9" * 5000),
    ],
)
def test_what_does_not_exist_is_refused(impossible: object) -> None:
    assert callable(impossible)
    with pytest.raises(ImpossibleValue):
        impossible()
