"""Texts made from the grammar itself: every construct there is, in every way of writing it that is accepted."""

from functools import cache
from random import Random
from typing import Final

from lark.grammar import Rule, Symbol

from dsl.grammar import build
from dsl.vocabulary import keywords

_NAMES: Final = (
    *(
        "整改",
        "登记",
        "等级",
        "复查人",
        "镇安委办",
        "A村",
        "批复2",
        "名单",
        "隐患整改",
        "x1",
        "𠮷家",
        "事由",
        "所在村",
    ),
    *("`步骤`", "`重大 隐患`", "本案", "文本", "清单", "唯一", "最小", "全撤", "多数", "禁止"),
)
_LITERALS: Final = {
    "STRING": ("“润〔{年}〕{序号}号”", '"半角"', "「有“引号”的」", "“”"),
    "BOOK": ("《安全生产法》", "《关于〈某事〉的通知》", "《办法（试行）》"),
    "ARTICLE": (
        "第四十一条第二款",
        "第３条",
        "第二百三十四条之一",
        "第三条第（一）项",
        "第五条第一款第二项",
        "第二章",
    ),
    "OBLIGATION": ("A08-03", "Ａ33-01"),
    "CODE": ("C09", "D01"),
    "DATE": ("2023-04-10", "2023年4月10日", "２０２３-4-1"),
    "MONTHDAY": ("6月1日", "09-30"),
    "PERIOD": ("每月", "每15日", "每十五日", "每周", "每季度", "每半年", "each working day", "each 2 weeks"),
    "PERCENT": ("15%", "１５％", "三分之二", "2 of 3", "0.5%"),
    "DURATION": (
        "15个工作日",
        "十五个工作日",
        "30日",
        "30 日内",
        "两个月",
        "24小时",
        "1年",
        "3 working days",
        "２周",
    ),
    "MONEY": ("3万元", "３０００元", "3,000元", "三千元", "CNY 300", "1.5亿元"),
    "QTY": ("2次", "两次", "三十人", "30 persons", "2 times", "５户"),
    "NUMBER": ("7", "0.5", "１２"),
    "CMP": (">=", "≥", "＞＝", "<", "≠", "!=", "≦"),
    "EQ": ("=", "＝"),
    "PLUS": ("+", "＋"),
    "DASH": ("-", "－", "—"),
    "TIMES": ("*", "×", "÷", "/"),
    "LBR": ("[", "【"),
    "RBR": ("]", "】"),
    "LPR": ("(", "（"),
    "RPR": (")", "）"),
    "COLON": (":", "："),
    "DOT": (".",),
    "VBAR": ("|", "｜"),
    "_C": ("、", "，", ", ", "、\n  "),
    "_S": ("；", ";", "；\n    "),
    "_NL": ("\n", "\n", "\n", "。\n", "  # 说明\n", "\n\n", "\r\n"),
    "__ANON_0": ("..",),
}
_DEEPEST: Final = 14


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in build().rules:
        found.setdefault(rule.origin.name, []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


@cache
def _depths() -> dict[str, int]:
    """How many levels a rule needs at least, so that a deep text can be ended."""
    depths: dict[str, int] = {}
    while len(depths) < len(_rules()):
        for name, rules in _rules().items():
            known = [needed for rule in rules if (needed := _depth(rule, depths)) is not None]
            if known:
                depths[name] = min(known)
    return depths


def _depth(rule: Rule, depths: dict[str, int]) -> int | None:
    below = [0 if symbol.is_term else depths.get(symbol.name) for symbol in rule.expansion]
    if None in below:
        return None
    return 1 + max((depth for depth in below if depth is not None), default=0)


def text(seed: int) -> str:
    """A text that the grammar gives, the same for the same seed."""
    random = Random(seed)
    return "".join(_text(random) for _ in range(random.randint(2, 8)))


def _text(random: Random) -> str:
    pieces: list[str] = []
    _expand("_declaration", 0, random, pieces)
    return " ".join(pieces).replace("\n ", "\n")


def _expand(name: str, depth: int, random: Random, pieces: list[str]) -> None:
    rules = _rules()[name]
    if depth > _DEEPEST:
        least = min(_depth(rule, _depths()) or 0 for rule in rules)
        rules = tuple(rule for rule in rules if _depth(rule, _depths()) == least)
    for symbol in random.choice(rules).expansion:
        if symbol.is_term:
            pieces.append(_spelt(symbol, random))
        else:
            _expand(symbol.name, depth + 1, random, pieces)


def _spelt(symbol: Symbol, random: Random) -> str:
    if symbol.name == "NAME":
        return random.choice(_NAMES)
    word = keywords().get(symbol.name)
    if word is None:
        return random.choice(_LITERALS[symbol.name])
    colon = word.colon and random.random() < 0.2
    return random.choice(word.spellings) + (random.choice(":：") if colon else "")
