"""Literals: read from either language, written in the canonical form of either.

`write_X(read_X(text), language)` is what the formatter prints, so a value that can be read can be translated.
Texts are folded (half-width). All readers raise `ImpossibleValue` for a value that does not exist.
"""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from dsl.clauses import Article
from dsl.expressions import PeriodUnit
from dsl.numerals import LONGEST, MYRIADS, ImpossibleValue, read_integer, write_chinese
from dsl.registers import MonthDay
from dsl.vocabulary import Language
from engine.values import Span, Unit

_NUMBER = re.compile(r"[〇零一二三四五六七八九十百千两0-9]+")
_LONGEST_SPAN: Final = 9999

# ---- spans and periods

_SPAN_UNITS: Final = (  # unit, Chinese with its measure word, English; the first that fits wins
    (Unit.WORKING_DAY, "个工作日", "working day"),
    (Unit.HOUR, "小时", "hour"),
    (Unit.MINUTE, "分钟", "minute"),
    (Unit.MONTH, "个月", "month"),
    (Unit.WEEK, "周", "week"),
    (Unit.YEAR, "年", "year"),
    (Unit.DAY, "日", "day"),
)
_SPAN_WORDS: Final = {
    "工作日": Unit.WORKING_DAY,
    "自然日": Unit.DAY,
    "小时": Unit.HOUR,
    "分钟": Unit.MINUTE,
    "月": Unit.MONTH,
    "周": Unit.WEEK,
    "星期": Unit.WEEK,
    "年": Unit.YEAR,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "working day": Unit.WORKING_DAY,
    "calendar day": Unit.DAY,
    "hour": Unit.HOUR,
    "minute": Unit.MINUTE,
    "month": Unit.MONTH,
    "week": Unit.WEEK,
    "year": Unit.YEAR,
    "day": Unit.DAY,
}
_HALVES: Final = {"半年": Span(6, Unit.MONTH), "半小时": Span(30, Unit.MINUTE)}


def read_span(text: str) -> Span:
    """15个工作日, 十五个工作日以内, 15 working days, 半年, 2个季度; 0日 is a table's answer that nothing is added."""
    text = re.sub("(?:以内|之内|内)$", "", text)
    if text in _HALVES:
        return _HALVES[text]
    number, word = _split_number(text)
    count = _span_count(number, least=0)
    if word == "季度":
        return Span(count * 3, Unit.MONTH)
    return Span(count, _SPAN_WORDS[word])


def _split_number(text: str) -> tuple[str, str]:
    found = _NUMBER.match(text)
    assert found is not None, text  # the terminal begins with a number
    word = text[found.end() :].strip().removeprefix("个")
    return found.group(), word.removesuffix("s") if word.isascii() else word


def _span_count(number: str, least: int = 1) -> int:
    count = read_integer(number)
    if not least <= count <= _LONGEST_SPAN:
        raise ImpossibleValue(f"期限的数目应当在 {least} 到 {_LONGEST_SPAN} 之间，写的是 {count}")
    return count


def write_span(span: Span, language: Language) -> str:
    """15个工作日 or 15 working days."""
    zh, en = next((zh, en) for unit, zh, en in _SPAN_UNITS if unit is span.unit)
    return f"{span.count}{zh}" if language == "zh" else _english_count(span.count, en)


_PERIODS: Final = (  # unit, Chinese alone, Chinese after a number, English, English plural; the first that fits wins
    (PeriodUnit.WORKING_DAY, "个工作日", "个工作日", "working day", "working days"),
    (PeriodUnit.HOUR, "小时", "小时", "hour", "hours"),
    (PeriodUnit.TEN_DAYS, "旬", "", "ten days", ""),
    (PeriodUnit.HALF_YEAR, "半年", "", "half-year", ""),
    (PeriodUnit.QUARTER, "季度", "个季度", "quarter", "quarters"),
    (PeriodUnit.MONTH, "月", "个月", "month", "months"),
    (PeriodUnit.WEEK, "周", "周", "week", "weeks"),
    (PeriodUnit.YEAR, "年", "年", "year", "years"),
    (PeriodUnit.DAY, "日", "日", "day", "days"),
)
_PERIOD_WORDS: Final = {
    "工作日": PeriodUnit.WORKING_DAY,
    "小时": PeriodUnit.HOUR,
    "旬": PeriodUnit.TEN_DAYS,
    "半年": PeriodUnit.HALF_YEAR,
    "季度": PeriodUnit.QUARTER,
    "季": PeriodUnit.QUARTER,
    "月": PeriodUnit.MONTH,
    "周": PeriodUnit.WEEK,
    "年": PeriodUnit.YEAR,
    "日": PeriodUnit.DAY,
    "天": PeriodUnit.DAY,
} | {word: unit for unit, _, _, *words in _PERIODS for word in words if word}


def read_period(text: str) -> tuple[int, PeriodUnit]:
    """每月, 每15日, 每季, each 2 weeks."""
    text = text.removeprefix("每").removeprefix("each ")
    found = _NUMBER.match(text)
    number, word = (found.group(), text[found.end() :].strip()) if found else ("1", text)
    return _span_count(number), _PERIOD_WORDS[word.removeprefix("个")]


def write_period(count: int, unit: PeriodUnit, language: Language) -> str:
    """每月 or each month; 每15日 or each 15 days."""
    zh, zh_counted, en, en_plural = next(forms for known, *forms in _PERIODS if known is unit)
    if count == 1:
        return f"每{zh}" if language == "zh" else f"each {en}"
    return f"每{count}{zh_counted}" if language == "zh" else f"each {count} {en_plural}"


# ---- quantities, money, shares

_MEASURES: Final = {
    "人次": "visit",
    "人": "person",
    "次": "time",
    "起": "incident",
    "份": "copy",
    "家": "firm",
    "处": "site",
    "枚": "piece",
    "吨": "ton",
    "米": "metre",
    "个": "item",
    "栋": "building",
    "户": "household",
    "件": "case",
    "项": "entry",
    "条": "clause",
    "台": "machine",
    "辆": "vehicle",
    "只": "unit",
}
_MEASURES_EN: Final = {en: zh for zh, en in _MEASURES.items()} | {
    ("copies" if en == "copy" else "entries" if en == "entry" else en + "s"): zh
    for zh, en in _MEASURES.items()
}


def read_quantity(text: str) -> tuple[int, str]:
    """2次, 三十人, 2 times: the count and the Chinese measure word."""
    found = _NUMBER.match(text)
    assert found is not None, text
    word = text[found.end() :].strip()
    return read_integer(found.group()), _MEASURES_EN.get(word, word)


def write_quantity(count: int, measure: str, language: Language) -> str:
    """2次 or 2 times."""
    return f"{count}{measure}" if language == "zh" else _english_count(count, _MEASURES[measure])


def _english_count(count: int, word: str) -> str:
    if count == 1:
        return f"1 {word}"
    return f"{count} {word[:-1]}ies" if word in ("copy", "entry") else f"{count} {word}s"


_SCALES: Final = {
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "亿": 10**8,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}


def read_money(text: str) -> Decimal:
    """3万元, 3,000元, 三千元, CNY 3000: yuan."""
    text = text.removeprefix("CNY ").removesuffix("元").replace(",", "").strip()
    if text[0] not in "0123456789":
        return Decimal(read_integer(text))
    scale = next((scale for scale in _SCALES if text.endswith(scale)), "")
    number = text.removesuffix(scale).strip()
    if len(number) > LONGEST:
        raise ImpossibleValue(f"金额太长：{number[:LONGEST]}……")
    return Decimal(number) * _SCALES.get(scale, 1)


def write_money(yuan: Decimal, language: Language) -> str:
    """3万元 or CNY 30000; whole 亿 and 万 are written so."""
    plain = format(yuan.normalize(), "f")
    if language == "en":
        return f"CNY {plain}"
    for scale in ("亿", "万"):
        if yuan and yuan % MYRIADS[scale] == 0:
            return f"{int(yuan) // MYRIADS[scale]}{scale}元"
    return f"{plain}元"


def read_share(text: str) -> Fraction:
    """15%, 三分之二, 2 of 3."""
    if text.endswith("%"):
        if len(text) > LONGEST:
            raise ImpossibleValue(f"百分数太长：{text[:LONGEST]}……")
        return Fraction(Decimal(text[:-1])) / 100
    part, whole = _fraction(text)
    return Fraction(part, whole)


def _fraction(text: str) -> tuple[int, int]:
    whole, part = text.split("分之") if "分之" in text else reversed(text.split(" of "))
    if read_integer(whole) == 0:
        raise ImpossibleValue("分母不能是 0")
    return read_integer(part), read_integer(whole)


def write_share(text: str, language: Language) -> str:
    """三分之二 or 2 of 3; a percentage stays one."""
    if text.endswith("%"):
        return text
    part, whole = _fraction(text)
    return f"{write_chinese(whole)}分之{write_chinese(part)}" if language == "zh" else f"{part} of {whole}"


def read_number(text: str) -> Decimal:
    """15, 0.5."""
    if len(text) > LONGEST:
        raise ImpossibleValue(f"数字太长：{text[:LONGEST]}……")
    return Decimal(text)


# ---- dates


def read_date(text: str) -> date:
    """2023-04-10, 2023年4月10日."""
    year, month, day = (int(part) for part in re.findall("[0-9]+", text))
    try:
        return date(year, month, day)
    except ValueError:
        raise ImpossibleValue(f"没有 {year}年{month}月{day}日 这一天") from None


def read_month_day(text: str) -> MonthDay:
    """6月1日, 06-01."""
    month, day = (int(part) for part in re.findall("[0-9]+", text))
    try:
        date(2024, month, day)  # a leap year: 2月29日 exists
    except ValueError:
        raise ImpossibleValue(f"没有 {month}月{day}日 这一天") from None
    return MonthDay(month, day)


def write_month_day(day: MonthDay, language: Language) -> str:
    """6月1日 or 06-01."""
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.month:02}-{day.day:02}"


# ---- articles

_ARTICLE_PART = re.compile(r"第\(?([^()第章条款项目之]+)\)?([章条款项目])(?:之([一二三四五六七八九十]+))?")
_ARTICLE_EN = re.compile(r"(art|ch)\.(\d+)(?:-(\d+))?(?:\((\d+)\))?(?: item (\d+))?(?: sub (\d+))?")


def read_article(text: str) -> Article:
    """第四十一条第二款第（三）项, 第二百三十四条之一, art.41(2) item 3."""
    found = _ARTICLE_EN.fullmatch(text)
    if found:
        kind, *numbers = found.groups()
        number, suffix, paragraph, item, subitem = (read_integer(part) if part else None for part in numbers)
        return _article(number, kind == "ch", suffix, paragraph, item, subitem)
    parts = {unit: (read_integer(number), suffix) for number, unit, suffix in _ARTICLE_PART.findall(text)}
    chapter = "章" in parts
    number, suffix = parts["章" if chapter else "条"]
    rest = (parts[unit][0] if unit in parts else None for unit in "款项目")
    return _article(number, chapter, read_integer(suffix) if suffix else None, *rest)


def _article(number: int | None, chapter: bool, suffix: int | None, *rest: int | None) -> Article:
    if any(part is not None and not 1 <= part <= 9999 for part in (number, suffix, *rest)):
        raise ImpossibleValue("条、款、项的序号应当在 1 到 9999 之间")
    return Article(number or 1, chapter, suffix, *rest)


def write_article(article: Article, language: Language) -> str:
    """第四十一条第二款第（三）项 or art.41(2) item 3."""
    if language == "en":
        parts = (
            ("-{}", article.suffix),
            ("({})", article.paragraph),
            (" item {}", article.item),
            (" sub {}", article.subitem),
        )
        head = f"{'ch' if article.chapter else 'art'}.{article.number}"
        return head + "".join(form.format(number) for form, number in parts if number is not None)
    forms = (
        ("之{}", article.suffix),
        ("第{}款", article.paragraph),
        ("第（{}）项", article.item),
        ("第{}目", article.subitem),
    )
    head = f"第{write_chinese(article.number)}{'章' if article.chapter else '条'}"
    return head + "".join(form.format(write_chinese(number)) for form, number in forms if number is not None)
