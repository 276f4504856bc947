"""What to say about a line that cannot be read: what stands there, what may stand there, the likely repair."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from lark import Token

from dsl.diagnosis_values import Diagnosis, Trouble
from dsl.slips import full_stop_for_dot, slip
from dsl.source import Source
from dsl.vocabulary import Keyword, keyword_of, keywords

_SHOWN: Final = 8  # choices listed in a hint
_LONGEST: Final = 30  # characters of the author's text quoted in a message


_TERMS: Final = {
    "NAME": "一个名称",
    "_NL": "换行",
    "COLON": "：",
    "STRING": "“文字”",
    "NUMBER": "数",
    "EQ": "=",
    "_C": "、",
    "_S": "；",
    "PLUS": "+",
    "DASH": "-",
    "TIMES": "×",
    "CMP": "≥ ≤ > < ≠",
    "DOT": ".",
    "VBAR": "|",
    "LPR": "（",
    "RPR": "）",
    "LPAR": "（",
    "RPAR": "）",
    "LBR": "[",
    "RBR": "]",
    "LSQB": "[",
    "RSQB": "]",
    "__ANON_0": "..",
    "OBLIGATION": "条款编号（如 A08-03）",
    "CODE": "检查编号（如 C09）",
    "DATE": "日期（如 2023-04-10）",
    "MONTHDAY": "月日（如 6月1日）",
    "BOOK": "《依据》",
    "ARTICLE": "第几条",
    "DURATION": "期限（如 15个工作日）",
    "MONEY": "金额（如 3万元）",
    "QTY": "数量（如 2次）",
    "PERCENT": "比例（如 15%）",
    "PERIOD": "周期（如 每月）",
    "$END": "文件结束",
}
_RANKS: Final = {"node": 1, "top": 2}
_AFTER_SEPARATOR: Final = re.compile(r"[,、;][ \t]*(?P<word>\w+)")
_EXPRESSION: Final = frozenset({"NUMBER", "MONEY", "PERCENT", "DURATION", "QTY", "DATE", "PERIOD", "STRING"})
_OPERATORS: Final = frozenset({"PLUS", "TIMES", "CMP", "EQ", "K_IS", "K_IN", "K_BETWEEN"})


def spoken(terminals: Iterable[str], *, begins: bool = False) -> str:
    """Terminals as a reader knows them, in the order of the table, the most telling first.

    Where a line `begins`, what goes on in the section comes before what opens another.
    """
    choices = set(terminals)
    listed: list[str] = []
    choices -= {"$END"}
    if choices >= _EXPRESSION:
        listed.append("值或条件（如 表单.字段、15%、“文字”）")
        choices -= _EXPRESSION | {
            "K_NOT",
            "K_ALL",
            "K_ANY",
            "K_COUNT",
            "K_TOTAL",
            "K_SELECT",
            "K_TRUE",
            "K_FALSE",
            "LPR",
        }
        choices -= {"NAME", "K_OUTCOME"}
    if choices >= _OPERATORS:
        listed.append("比较或计算（如 =、≥、+）")
        choices -= _OPERATORS | {"DASH", "K_AND", "K_OR"}
    words_known = (
        sorted(keywords(), key=lambda name: _RANKS.get(keywords()[name].kind, 0)) if begins else keywords()
    )
    ordered = [name for name in (*_TERMS, *words_known) if name in choices]
    words = listed + [_term(name) for name in ordered]
    unique = list(dict.fromkeys(words))
    return "、".join(unique[:_SHOWN]) + ("等" if len(unique) > _SHOWN else "")


def _term(name: str) -> str:
    keyword = keywords().get(name)
    if keyword is not None:
        return keyword.zh
    term = _TERMS.get(name, name)
    return term if any(character.isalnum() for character in term) else f"“{term}”"


def diagnose(
    source: Source,
    text: str,
    trouble: Trouble,
    accepted: frozenset[str],
    could_begin: Callable[[tuple[Token, ...]], bool],
    headings: Sequence[Token],
) -> Diagnosis:
    """Find the message for a line that cannot be read.

    Args:
        source: the text as written.
        text: the folded text.
        trouble: what the parser met.
        accepted: terminals that could come next.
        could_begin: whether the line could begin with some tokens.
        headings: the open headings, to say where the line stands.
    """
    if trouble.separator is not None:
        return _dangling(trouble.separator)
    start, end = _extent(text, trouble)
    said = _quote(source.text[start:end])
    glued = _glued_first_word(trouble, could_begin)
    if glued is not None:
        return glued
    if trouble.token.type == "_NL":
        return _join_without_name(source, trouble, headings) or _unfinished_line(
            source, text, trouble, accepted
        )
    if trouble.token.type == "":
        return full_stop_for_dot(text, start, accepted) or _unknown_sign(text, start, end, said, accepted)
    if trouble.token.type == "NUMBER" and "DURATION" in accepted:
        return Diagnosis("S122", f"期限缺少单位：只写了 {said}", "请写明“个工作日”“日”或“小时”", start, end)
    as_name = _keyword_as_name(source, trouble, could_begin)
    if as_name is not None:
        return as_name
    plain = _plain(source, text, trouble, accepted, headings, start, end, said)
    known = slip(source, text, trouble, accepted, could_begin)
    if known is not None:
        return replace(known, otherwise=plain)
    left_out = (
        _unquoted(source, trouble, accepted, start, end)
        or _needless_separator(source, text, trouble, accepted, start)
        or _missing_keyword(trouble, accepted, could_begin, start, end)
    )
    if left_out is not None:
        return replace(left_out, otherwise=plain)
    if trouble.token.type == "NAME":
        return _colon_after_heading(text, trouble, accepted, start, end) or _near_keyword(
            trouble, accepted, plain, start, end
        )
    return plain


def _extent(text: str, trouble: Trouble) -> tuple[int, int]:
    """Where the token that cannot come next begins and ends; a sign takes the letters that hang on it."""
    token = trouble.token
    if token.type in ("", "$END"):
        return trouble.offset, min(trouble.offset + 1, len(text))
    return trouble.offset, trouble.offset + len(token.rstrip(" \t\n"))


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text[:_LONGEST]}……”" if len(text) > _LONGEST else f"“{text}”"


def _before(source: Source, trouble: Trouble) -> str:
    """The word behind which the trouble stands."""
    last = trouble.line[-1]
    return _quote(source.text[last.start_pos or 0 : last.end_pos or 0].rstrip("：: "))


def _dangling(separator: Token) -> Diagnosis:
    start = separator.start_pos or 0
    message = "行尾多了一个分隔号，下一行接不上"
    return Diagnosis("S104", message, "请删去它；要接着写，下一行应当是同一句的内容", start, start + 1)


def _unfinished_line(source: Source, text: str, trouble: Trouble, accepted: frozenset[str]) -> Diagnosis:
    start = trouble.line[0].start_pos or 0 if trouble.line else trouble.offset
    end = trouble.line[-1].end_pos or trouble.offset
    unpaired = _unpaired(text[start : trouble.offset])
    if unpaired:
        return Diagnosis("S108", f"{unpaired}没有配对", "请补上缺的一半，写在同一行里", start, end)
    message = f"这一行没有写完：{_before(source, trouble)}之后还缺内容"
    return Diagnosis("S105", message, f"还要写：{spoken(accepted)}", start, end)


def _join_without_name(source: Source, trouble: Trouble, headings: Sequence[Token]) -> Diagnosis | None:
    """汇合 alone: it ends the block above."""
    if [token.type for token in trouble.line] != ["K_JOIN"] or not headings:
        return None
    block = source.line_text(source.line_of(headings[-1].start_pos or 0)).split()
    if headings[-1].type != "K_PARALLEL" or len(block) < 2:
        return None
    join = trouble.line[0]
    written = f"{join} {block[1]}"
    repair = Token("NAME", block[1], trouble.offset, end_pos=trouble.offset)
    message = "这一行没有写完：“汇合”之后还缺内容"
    start, end = join.start_pos or 0, join.end_pos or trouble.offset
    return Diagnosis("S105", message, f"请写成：{written}", start, end, repair, written=written)


def _needless_separator(
    source: Source, text: str, trouble: Trouble, accepted: frozenset[str], start: int
) -> Diagnosis | None:
    """文本，必填: what follows the separator goes on by itself."""
    found = _AFTER_SEPARATOR.match(text, start)
    keyword = None if found is None or trouble.first else keyword_of(found["word"])
    if found is None or keyword is None or keyword.terminal not in accepted:
        return None
    repair = Token(keyword.terminal, found["word"], found.start("word"), end_pos=found.end())
    message = f"“{found['word']}”前面不写“{source.text[start]}”"
    written = f" {found['word']}"
    return Diagnosis("S104", message, "请删去它，用空格隔开", start, found.end(), repair, written=written)


def _missing_keyword(
    trouble: Trouble,
    accepted: frozenset[str],
    could_begin: Callable[[tuple[Token, ...]], bool],
    start: int,
    end: int,
) -> Diagnosis | None:
    """逾期 催办 …, 安监员 2人: exactly one word put before it makes sense of what follows, which is no name."""
    if trouble.first or trouble.token.type in ("", "$END", "NAME"):
        return None
    fitting = [
        word
        for name, word in keywords().items()
        if name in accepted and could_begin((*trouble.line, Token(name, word.zh), trouble.token))
    ]
    if len(fitting) != 1 or str(trouble.line[-1]).strip() in fitting[0].spellings:
        return None
    (word,) = fitting
    said = str(trouble.token).strip()
    written = f"{word.zh} {said}"
    repair = Token(word.terminal, word.zh, start, end_pos=start)
    message = f"“{_shorten(said)}”前面缺“{word.zh}”"
    return Diagnosis("S104", message, f"请写成：{written}", start, end, repair, written=written)


def _unquoted(
    source: Source, trouble: Trouble, accepted: frozenset[str], start: int, end: int
) -> Diagnosis | None:
    """版本 1: a text stands in quotation marks."""
    if accepted != {"STRING"} or trouble.first:
        return None
    said = source.text[start:end]
    repair = Token("STRING", f'"{said}"', start, end_pos=end)
    return Diagnosis(
        "S104", f"“{said}”要加引号", f"请写成：“{said}”", start, end, repair, written=f"“{said}”"
    )


def _unpaired(text: str) -> str | None:
    bare = re.sub(r"\"[^\"\n]*\"|[“”][^“”\n]*[“”]|「[^」\n]*」|《[^》\n]*》", "", text)
    if re.search('["“”「」]', bare):
        return "引号"
    if re.search("[《》]", bare):
        return "书名号"
    return None if bare.count("(") == bare.count(")") else "括号"


def _unknown_sign(text: str, start: int, end: int, said: str, accepted: frozenset[str]) -> Diagnosis:
    line_end = text.find("\n", start)
    if text[start] in '"“”「」《》':
        kind = "书名号" if text[start] in "《》" else "引号"
        return Diagnosis("S108", f"{kind}没有配对", "请补上缺的一半，写在同一行里", start, line_end)
    if text[start].isdigit():
        end = start + len((re.match(r"\w+", text[start:]) or re.match(".", text[start:])).group())  # type: ignore[union-attr]  # one of them matches
        message = f"这里读不懂{_quote(text[start:end])}"
        return Diagnosis("S104", message, f"此处可以写：{spoken(accepted)}", start, end)
    plain = unicodedata.normalize("NFKC", text[start])
    if plain != text[start]:  # a radical ⼈ for the character 人
        message = f"{said}看上去是“{plain}”，其实是另一个字符"
        return Diagnosis("S114", message, f"请重新输入“{plain}”", start, end)
    hint = f"请删去它；此处可以写：{spoken(accepted)}"
    return Diagnosis("S107", f"认不出的符号{said}", hint, start, end)


def _glued_first_word(trouble: Trouble, could_begin: Callable[[tuple[Token, ...]], bool]) -> Diagnosis | None:
    """承办镇安委办 where a name may begin the line: the trouble shows only behind the word."""
    if len(trouble.line) != 1 or trouble.line[0].type != "NAME":
        return None
    word = trouble.line[0]
    for keyword, spelling in _prefixes(word):
        if could_begin((Token(keyword.terminal, spelling),)):
            return _missing_space(word.start_pos or 0, str(word), keyword, spelling)
    return None


def _prefixes(word: str) -> list[tuple[Keyword, str]]:
    """Keywords that the word begins with, longest spelling first."""
    found = [
        (keyword, spelling)
        for keyword in keywords().values()
        for spelling in keyword.spellings
        if len(spelling) < len(word) and word.startswith(spelling) and not spelling.isascii()
    ]
    return sorted(found, key=lambda pair: -len(pair[1]))


def _missing_space(start: int, word: str, keyword: Keyword, spelling: str) -> Diagnosis:
    rest = word[len(spelling) :]
    message = f"关键词“{spelling}”后面缺空格，与“{_shorten(rest)}”连成了一个名称"
    hint = f"请写成：{keyword.zh} {_shorten(rest)}"
    end = start + len(word)
    return Diagnosis("S102", message, hint, start, end, written=f"{keyword.zh} {rest}")


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "……"


def _near_keyword(
    trouble: Trouble, accepted: frozenset[str], plain: Diagnosis, start: int, end: int
) -> Diagnosis:
    """A word where a keyword should stand: glued to the next word, or misspelt."""
    word = str(trouble.token)
    for keyword, spelling in _prefixes(word):
        if keyword.terminal in accepted:
            if keyword.kind == "node" and word[len(spelling) :].isnumeric():
                return _numbered_heading(keyword, start, end, plain)
            said = _missing_space(start, word, keyword, spelling)
            repair = Token(keyword.terminal, spelling, start, end_pos=start + len(spelling))
            sure = None if len(spelling) > 1 else plain
            return replace(said, end=end, repair=repair, otherwise=sure)
    spellings = {text: name for name in accepted if name in keywords() for text in keywords()[name].spellings}
    alike = 0.75 if word.isascii() else 0.5  # letters are few: words that mean nothing alike share many
    near = difflib.get_close_matches(word, spellings, 1, alike) if len(word) > 1 else []
    if not near:
        return plain
    keyword = keywords()[spellings[near[0]]]
    repair = Token(keyword.terminal, word, start, end_pos=end)
    meant = keyword.zh if not near[0].isascii() else keyword.en
    message = f"认不出的词“{_shorten(word)}”"
    sure = plain if word.isascii() else None
    return Diagnosis("S101", message, f"是否为“{meant}”？", start, end, repair, sure, meant)


def _numbered_heading(keyword: Keyword, start: int, end: int, plain: Diagnosis) -> Diagnosis:
    """步骤1 审核."""
    repair = Token(keyword.terminal, keyword.zh, start, end_pos=end)
    message, hint = f"“{keyword.zh}”后面不编号", f"请写成：{keyword.zh} 名称"
    return Diagnosis("S104", message, hint, start, end, repair, plain, keyword.zh)


def _colon_after_heading(
    text: str, trouble: Trouble, accepted: frozenset[str], start: int, end: int
) -> Diagnosis | None:
    keyword = keyword_of(str(trouble.token))
    if keyword is None or keyword.terminal not in accepted:
        return None
    found = re.compile(r"[ \t]*:").match(text, end)
    if found is None:
        return None
    repair = Token(keyword.terminal, str(trouble.token), start, end_pos=found.end())
    message = f"“{trouble.token}”后面不写冒号"
    hint = f"请写成：{keyword.zh} 名称"
    return Diagnosis("S104", message, hint, start, found.end(), repair, written=str(trouble.token))


def _keyword_as_name(
    source: Source, trouble: Trouble, could_begin: Callable[[tuple[Token, ...]], bool]
) -> Diagnosis | None:
    """A keyword that would be fine as a name: 封存：… as a column."""
    if not trouble.line or trouble.line[-1].type not in keywords():
        return None
    *before, last = trouble.line
    start = last.start_pos or 0
    spelling = last.rstrip(": \t")
    colon = (Token("COLON", ":"),) if last.endswith(":") else ()
    if not could_begin((*before, Token("NAME", spelling), *colon, trouble.token)):
        return None
    written = source.text[start : start + len(spelling)]
    hint = f"请换一个名称；确实要用时写成 `{written}`"
    message = f"“{written}”是关键词，不能直接作名称"
    return Diagnosis("S106", message, hint, start, start + len(spelling), written=f"`{written}`")


def _plain(
    source: Source,
    text: str,
    trouble: Trouble,
    accepted: frozenset[str],
    headings: Sequence[Token],
    start: int,
    end: int,
    said: str,
) -> Diagnosis:
    choices = spoken(accepted - {"_NL"}, begins=True) if trouble.first else spoken(accepted)
    keyword = keywords().get(trouble.token.type)
    if not trouble.first:
        line_end = text.find("\n", start)
        first = trouble.line[0].start_pos or 0
        unpaired = _unpaired(text[first:line_end])
        if unpaired == "括号":
            return Diagnosis("S108", "括号没有配对", f"此处可以写：{choices}", start, end)
        message = f"{_before(source, trouble)}之后不能是{said}"
        return Diagnosis("S104", message, f"可以写：{choices}", start, end)
    if keyword is not None:
        if keyword.terminal in ("K_ELSE", "K_ELSEIF"):
            return Diagnosis("S103", f"{said}前面没有“若”", "先写一行“若 条件 则 …”", start, end)
        where = f"（这里是 {_heading(source, headings)} 的内容）" if headings else ""
        return Diagnosis("S103", f"{said}不能写在这里{where}", f"此处可以写：{choices}", start, end)
    return Diagnosis("S101", f"认不出的词{said}", f"此处可以写：{choices}", start, end)


def _heading(source: Source, headings: Sequence[Token]) -> str:
    line = source.line_text(source.line_of(headings[-1].start_pos or 0)).split()
    return _shorten(" ".join(line[:2]).rstrip("：:"))


def unfinished(headings: Sequence[Token], accepted: frozenset[str], trouble: Trouble) -> Diagnosis:
    """A section ends before it is complete; said at its heading (or at the 并行 that has no 汇合)."""
    heading = headings[-1] if headings else trouble.token
    start = heading.start_pos or 0
    keyword = keyword_of(str(heading).rstrip(": \t"))
    label = keyword.zh if keyword else str(heading)
    if "K_JOIN" in accepted and label == "并行":
        return Diagnosis(
            "S109",
            "这个并行没有写 汇合",
            "请在各分支之后写：汇合 与并行相同的名称",
            start,
            start + len(heading),
        )
    hint = f"还缺：{spoken(name for name in accepted if name != '$END')}"
    return Diagnosis("S109", f"这一段（{label}）没有写完", hint, start, start + len(heading))
