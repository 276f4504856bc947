"""How a token is spelt in the canonical form of either language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lark import Token

from dsl import literals
from dsl.numerals import ImpossibleValue
from dsl.source import Source
from dsl.vocabulary import Language, builtins_to_chinese, builtins_to_english, keyword_of, keywords

_NAME: Final = re.compile(r"[^\W\d]\w*")
_QUOTES: Final[Mapping[Language, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {"zh": (("“", "”"), ("「", "」"), ('"', '"')), "en": (('"', '"'), ("“", "”"), ("「", "」"))}
)
_SIGNS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": {"_C": "、", "_S": "；", "COLON": "：", "LPR": "（", "RPR": "）"},
        "en": {"_C": ", ", "_S": "; ", "COLON": ": ", "LPR": "(", "RPR": ")"},
    }
)
_OPERATORS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": {">=": "≥", "<=": "≤", "!=": "≠", "<>": "≠", "*": "×", "/": "÷"},
        "en": {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!="},
    }
)


def _period(text: str, language: Language) -> str:
    return literals.write_period(*literals.read_period(text), language)


def _quantity(text: str, language: Language) -> str:
    return literals.write_quantity(*literals.read_quantity(text), language)


LITERALS: Final[Mapping[str, Callable[[str, Language], str]]] = MappingProxyType(
    {
        "DURATION": lambda text, language: literals.write_span(literals.read_span(text), language),
        "PERIOD": _period,
        "QTY": _quantity,
        "MONEY": lambda text, language: literals.write_money(literals.read_money(text), language),
        "PERCENT": literals.write_share,
        "DATE": lambda text, _: literals.read_date(text).isoformat(),
        "MONTHDAY": lambda text, language: literals.write_month_day(literals.read_month_day(text), language),
        "ARTICLE": lambda text, language: literals.write_article(literals.read_article(text), language),
    }
)


@dataclass(frozen=True, slots=True)
class Speller:
    """Spells tokens of a source in a language; `names` translates the author's own words."""

    source: Source
    language: Language
    names: Mapping[str, str]

    def spell(self, token: Token) -> str:
        """The canonical spelling; an impossible literal stays as it is."""
        keyword = keywords().get(token.type)
        if keyword is not None:
            return keyword.spelt(self.language)
        if token.type in LITERALS:
            try:
                return LITERALS[token.type](str(token), self.language)
            except ImpossibleValue:
                return str(token)
        match token.type:
            case "NAME":
                return self._name(token)
            case "STRING":
                return self._quoted(token)
            case "BOOK":
                return f"《{self._translated(self._inside(token))}》"
            case _:
                sign = _SIGNS[self.language].get(token.type)
                return sign or _OPERATORS[self.language].get(str(token), str(token))

    def _inside(self, token: Token) -> str:
        return self.source.text[token.start_pos or 0 : token.end_pos or 0][1:-1]

    def _translated(self, text: str) -> str:
        return self.names.get(text, text)

    def _name(self, token: Token) -> str:
        quoted = token.startswith("`")
        text = self._inside(token) if quoted else str(token)
        if text in self.names:
            name = self.names[text]
            return f"`{name}`" if self._needs_quotes(text, name, quoted) else name
        if quoted:
            return f"`{text}`"
        builtins = builtins_to_english() if self.language == "en" else builtins_to_chinese()
        return builtins.get(text, text)

    def _needs_quotes(self, written: str, name: str, quoted: bool) -> bool:
        """Whether a translated name stands in back quotes: where they were not for the spelling, they stay."""
        if not _NAME.fullmatch(name):
            return True
        if keyword_of(name) is not None:
            return quoted or self.language == "en"
        return quoted and _NAME.fullmatch(written) is not None and keyword_of(written) is None

    def _quoted(self, token: Token) -> str:
        """The text in the first pair of quotes of the language that does not occur in it."""
        text = self._translated(self._inside(token))
        left, right = next(pair for pair in _QUOTES[self.language] if not set(pair) & set(text))
        return left + text + right
