"""Slips that newcomers make where a line breaks off: what was meant is plain, so it is said and reading goes on."""

import re
from collections.abc import Callable
from typing import Final

from lark import Token

from dsl.beginnings import beginning
from dsl.diagnosis_values import Diagnosis, Trouble
from dsl.source import Source
from dsl.vocabulary import keywords

_ARTICLE: Final = re.compile(r"(?P<number>[〇零一二三四五六七八九十百千0-9]+)(?P<rest>(?:条|章)\w*)")
_LAW: Final = re.compile(r"(?P<law>\w+?(?:法|条例|办法|规定|规程|规范|标准|通知|细则))(?=第|[0-9]|\b)")
_NUMBERING: Final = re.compile(
    r"(?P<number>[0-9]+|[一二三四五六七八九十]+)[ \t]*[、.]?[ \t]*(?P<name>[^\W\d]\w*)"
)

_WORDS: Final = {
    "K_ELSEIF": ("或者若", "或若", "又若", "另若", "再若", "或者如果", "elif"),
    "K_ELSE": ("不然", "要不", "要不然", "其他情况", "其余情况"),
    "K_IF": ("要是", "假如", "倘若", "若是"),
    "K_THEN": ("那么", "那就", "就"),
    "K_START": ("开始", "发起", "起始", "触发条件"),
    "K_GOTO": ("转到", "转至", "跳转", "跳到", "进入"),
    "K_REQUIRED": ("不为空", "非空", "不能为空", "必须", "必须填写"),
}
"""Words of everyday Chinese, by the one that the language has for them."""

_BEFORE_A_LENGTH: Final = frozenset({"within", "in", "最迟", "不超过", "限"})

_NAMES: Final = re.compile(r"[^\W\d]\w*(?:[ \t]+[^\W\d]\w*)+(?=[ \t]*\n)")


def slip(
    source: Source,
    text: str,
    trouble: Trouble,
    accepted: frozenset[str],
    could_begin: Callable[[tuple[Token, ...]], bool],
) -> Diagnosis | None:
    """Return what to say when the line breaks off at a slip that is known.

    Args:
        source: the text as written.
        text: the folded text.
        trouble: what the parser met.
        accepted: terminals that could come next.
        could_begin: whether the line could begin with some tokens.
    """
    return (
        beginning(source, text, trouble, accepted, could_begin)
        or _equals_twice(trouble)
        or _everyday_word(trouble, accepted)
        or _word_before_a_length(source, trouble)
        or _number_before_name(source, text, trouble, accepted)
        or _article_without_its_sign(source, text, trouble, accepted)
        or _law_without_marks(source, text, trouble, accepted)
        or _names_without_separator(source, text, trouble, could_begin)
    )


def full_stop_for_dot(text: str, offset: int, accepted: frozenset[str]) -> Diagnosis | None:
    """申请表。摊名: the dot of a reference written as the full stop of a sentence."""
    if text[offset] != "。" or "DOT" not in accepted or not text[offset + 1 : offset + 2].isalnum():
        return None
    repair = Token("DOT", ".", offset, end_pos=offset + 1)
    message = "表单和字段之间写的是句号"
    return Diagnosis("S107", message, "请写成：.", offset, offset + 1, repair, written=".")


def _equals_twice(trouble: Trouble) -> Diagnosis | None:
    """结论 == 合格."""
    if trouble.token.type != "EQ" or not trouble.line or trouble.line[-1].type != "EQ":
        return None
    start = trouble.line[-1].start_pos or 0
    return Diagnosis("S104", "“=”只写一个", "请写成：=", start, trouble.offset + 1, written="=")


def _everyday_word(trouble: Trouble, accepted: frozenset[str]) -> Diagnosis | None:
    """或者若 for 否则若: the nearest spelling, 若, would say something else."""
    word = str(trouble.token).strip()
    for terminal, words in _WORDS.items():
        if trouble.token.type == "NAME" and terminal in accepted and word in words:
            meant = keywords()[terminal].zh
            start = trouble.offset
            repair = Token(terminal, meant, start, end_pos=start + len(word))
            message = f"认不出的词“{word}”"
            return Diagnosis(
                "S101", message, f"请写成：{meant}", start, start + len(word), repair, written=meant
            )
    return None


def _word_before_a_length(source: Source, trouble: Trouble) -> Diagnosis | None:
    """时限 within 5 days: a limit is a length alone."""
    if trouble.token.type != "DURATION" or not trouble.line or trouble.line[-1].type != "NAME":
        return None
    before = str(trouble.line[-1])
    if before not in _BEFORE_A_LENGTH:
        return None
    start, end = trouble.line[-1].start_pos or 0, trouble.offset + len(trouble.token)
    length = source.text[trouble.offset : end].strip()
    message = f"期限前面不写“{before}”"
    return Diagnosis("S104", message, f"请写成：{length}", start, end, written=length)


def _number_before_name(
    source: Source, text: str, trouble: Trouble, accepted: frozenset[str]
) -> Diagnosis | None:
    """步骤 1 审核: headings are not numbered."""
    if accepted != {"NAME"} or len(trouble.line) != 1 or trouble.line[0].type not in keywords():
        return None
    found = _NUMBERING.match(text, trouble.offset)
    if found is None:
        return None
    heading = str(trouble.line[0]).strip()
    repair = Token("NAME", found["name"], found.start("name"), end_pos=found.end())
    written = source.text[found.start("name") : found.end()]
    message = f"“{heading}”后面不编号"
    return Diagnosis(
        "S104", message, f"请写成：{heading} {written}", trouble.offset, found.end(), repair, written=written
    )


def _article_without_its_sign(
    source: Source, text: str, trouble: Trouble, accepted: frozenset[str]
) -> Diagnosis | None:
    """《某办法》5条."""
    found = _ARTICLE.match(text, trouble.offset) if "ARTICLE" in accepted else None
    if found is None:
        return None
    said = source.text[found.start() : found.end()]
    repair = Token("ARTICLE", f"第{said}", found.start(), end_pos=found.end())
    message = "条款前面缺“第”"
    return Diagnosis(
        "S104", message, "写成 第五条 这样", found.start(), found.end(), repair, written=f"第{said}"
    )


def _law_without_marks(
    source: Source, text: str, trouble: Trouble, accepted: frozenset[str]
) -> Diagnosis | None:
    """依据 安全生产法第五条."""
    if "BOOK" not in accepted or "NAME" in accepted:
        return None
    found = _LAW.match(text, trouble.offset)
    if found is None:
        return None
    law = source.text[found.start() : found.end()]
    article = _ARTICLE.match(text, found.end())
    if article is not None:
        written = f"《{law}》第{source.text[article.start() : article.end()]}"
        message = f"法规名称“{law}”没有加书名号，条款前面缺“第”"
        return Diagnosis("S104", message, f"请写成：{written}", found.start(), article.end(), written=written)
    repair = Token("BOOK", f"《{law}》", found.start(), end_pos=found.end())
    message = f"法规名称“{law}”没有加书名号"
    return Diagnosis(
        "S104", message, f"请写成：《{law}》", found.start(), found.end(), repair, written=f"《{law}》"
    )


def _names_without_separator(
    source: Source, text: str, trouble: Trouble, could_begin: Callable[[tuple[Token, ...]], bool]
) -> Diagnosis | None:
    """角色 摊主 窗口. Behind 承办 it is 或 or 、 that is missing, which is not for us to choose."""
    if not trouble.line or trouble.line[-1].type != "NAME" or trouble.token.type != "NAME":
        return None
    if not could_begin((*trouble.line, Token("_C", "、"), trouble.token)):
        return None
    if could_begin((*trouble.line, Token("K_OR", "或"), trouble.token)):
        return None
    start = trouble.line[-1].start_pos or 0
    found = _NAMES.match(text, start)
    if found is None:
        return None
    listed = "、".join(source.text[start : found.end()].split())
    return Diagnosis("S104", "名称之间缺“、”", "名称之间写“、”", start, found.end(), written=listed)
