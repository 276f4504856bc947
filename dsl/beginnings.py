"""Slips by which a line begins or misses its beginning: what was meant is plain, so it is said and reading goes on."""

import re
from collections.abc import Callable
from typing import Final

from lark import Token

from dsl.diagnosis_values import Diagnosis, Trouble
from dsl.source import Source
from dsl.vocabulary import keyword_of, keywords

_LENGTH: Final = re.compile(r"(?P<length>[0-9]+[ \t]*(?:个?(?:工作日|月|小时)|日|天|年))(?:之?内|以内)?")
_SETS: Final = re.compile(r"(?P<name>[^\W\d]\w*)[ \t]*=[ \t]*(?!=)")
_MEMBERS: Final = re.compile(r"(?P<name>[^\W\d]\w*)[ \t]*:[ \t]*\w+(?:、\w+)+[ \t]*(?=\n)")
_BY: Final = re.compile(r"由[ \t]*(?P<who>[^\W\d]\w*?)[ \t]*(?:办理|负责|承办|处理|来办)(?=[ \t]*\n)")
_THEN: Final = re.compile(
    r"(?:然后|接着|随后|之后|办完后|完成以后)[ \t]*(?:转到?)?[ \t]*(?P<target>[^\W\d]\w*)(?=[ \t]*\n)"
)
_DATUM: Final = re.compile(r"(?:变量|数据项|定义)[ \t]+(?P<name>[^\W\d]\w*)")
_AHEAD: Final = re.compile(r"(?P<length>[0-9]+[ \t]*(?:个?(?:工作日|月|小时)|日|天))[ \t]*(?:之前|以前|前)")

_FORM: Final = re.compile(r"(?P<indent>[ \t]+)(?P<word>表单|form)[ \t]+(?P<name>[^\W\d]\w*)[ \t]*\n")
_ITS_FIELDS: Final = r"(?:{indent}[ \t]+[^\n]*\n|[ \t]*\n)*"

Question = Callable[[tuple[Token, ...]], bool]


def beginning(
    source: Source, text: str, trouble: Trouble, accepted: frozenset[str], could_begin: Question
) -> Diagnosis | None:
    """Return what to say of a line whose first words are a slip that is known.

    Args:
        source: the text as written.
        text: the folded text.
        trouble: what the parser met.
        accepted: terminals that could come next.
        could_begin: whether the line could begin with some tokens.
    """
    if not trouble.first:
        return (
            _length_before(source, text, trouble, accepted)
            or _entry_without_colon(source, trouble, accepted)
            or _action_without_then(trouble, accepted, could_begin)
        )
    return (
        _other_words(source, text, trouble, accepted, "K_BY", _BY, "承办 {}")
        or _other_words(source, text, trouble, accepted, "K_AFTER", _THEN, "完成后 转 {}")
        or _other_words(source, text, trouble, accepted, "K_DATA", _DATUM, "数据 {}：类型")
        or _without_keyword(source, text, trouble, accepted, "K_DEADLINE", _LENGTH)
        or _without_keyword(source, text, trouble, accepted, "K_SET", _SETS)
        or _without_keyword(source, text, trouble, accepted, "K_ENUM", _MEMBERS)
        or _bare_action(trouble, could_begin)
    )


def form_in_step(source: Source, text: str, offset: int) -> Diagnosis | None:
    """表单 检查单 in a step: 填写 is meant, and fields below it belong before the procedure.

    Args:
        source: the text as written.
        text: the folded text.
        offset: where the line begins, indented deeper than the procedure.
    """
    found = _FORM.match(text, offset)
    if found is None:
        return None
    fill, start = keywords()["K_FILL"], found.start("word")
    written = f"{fill.zh} {source.text[found.start('name') : found.end('name')]}"
    repair = Token(fill.terminal, fill.zh, start, end_pos=found.end("word"))
    fields = re.compile(_ITS_FIELDS.format(indent=found["indent"])).match(text, found.end())
    if fields is None or not fields[0].strip():
        message = f"步骤里要填的表单写“{fill.zh}”"
        return Diagnosis(
            "S104", message, f"请写成：{written}", start, found.end("name"), repair, written=written
        )
    message, hint = "表单写在步骤里面了", f"请把它连同各栏移到规程前面，这里只写：{written}"
    return Diagnosis("S103", message, hint, start, fields.end(), repair)


def _other_words(
    source: Source,
    text: str,
    trouble: Trouble,
    accepted: frozenset[str],
    terminal: str,
    pattern: re.Pattern[str],
    meant: str,
) -> Diagnosis | None:
    """由受理员办理, 然后 复查, 变量 规模: said in words of everyday; `pattern` finds the one name in them."""
    found = pattern.match(text, trouble.offset) if terminal in accepted else None
    if found is None:
        return None
    written = meant.format(source.text[found.start(1) : found.end(1)])
    message = f"认不出的写法“{source.text[found.start() : found.end()]}”"
    return Diagnosis("S101", message, f"请写成：{written}", found.start(), found.end(), written=written)


def _without_keyword(
    source: Source,
    text: str,
    trouble: Trouble,
    accepted: frozenset[str],
    terminal: str,
    pattern: re.Pattern[str],
) -> Diagnosis | None:
    """2日内办完, 规模 = 定规模（…）, 规模：大、中、小: what the line says is plain, its keyword is missing."""
    found = pattern.match(text, trouble.offset) if terminal in accepted else None
    if found is None or keyword_of(found[1]) is not None or _is_glued(found[1], accepted):
        return None
    keyword, start = keywords()[terminal].zh, found.start()
    group = "length" if "length" in found.groupdict() else "name"
    said = source.text[start : found.end(group)]
    rest = "" if group == "length" else "…" if terminal == "K_ENUM" else " = …"
    sign = "：" if terminal == "K_ENUM" else ""
    repair = None if group == "length" else Token(terminal, keyword, start, end_pos=start)
    return Diagnosis(
        "S104",
        f"“{said}”前面缺“{keyword}”",
        f"请写成：{keyword} {said}{sign}{rest}",
        start,
        found.end(group),
        repair,
        written=None if repair is None else f"{keyword} {said}",
    )


def _is_glued(word: str, accepted: frozenset[str]) -> bool:
    """Tell whether a word is a keyword that may stand here and lacks the space behind it: 若结论."""
    return any(word.startswith(keywords()[name].zh) for name in accepted & keywords().keys())


def _bare_action(trouble: Trouble, could_begin: Question) -> Diagnosis | None:
    """办结 or 转 发证 on a line of its own."""
    after = keywords()["K_AFTER"]
    if trouble.token.type not in keywords() or keywords()[trouble.token.type].kind != "word":
        return None
    if not could_begin((Token(after.terminal, after.zh), trouble.token)):
        return None
    start, said = trouble.offset, str(trouble.token).strip()
    repair = Token(after.terminal, after.zh, start, end_pos=start)
    written = f"{after.zh} {said}"
    message = f"“{said}”前面缺“{after.zh}”"
    return Diagnosis("S104", message, f"请写成：{written}", start, start + len(said), repair, written=written)


def _length_before(source: Source, text: str, trouble: Trouble, accepted: frozenset[str]) -> Diagnosis | None:
    """提醒 3日前."""
    found = _AHEAD.match(text, trouble.offset) if "K_AHEAD" in accepted else None
    if found is None:
        return None
    written = f"提前 {source.text[found.start('length') : found.end('length')]}"
    said = source.text[found.start() : found.end()]
    message = f"“{said}”要写成提前多少"
    return Diagnosis("S104", message, f"请写成：{written}", found.start(), found.end(), written=written)


def _entry_without_colon(source: Source, trouble: Trouble, accepted: frozenset[str]) -> Diagnosis | None:
    """店名 文本 必填: a field of a form."""
    if accepted != {"COLON"} or len(trouble.line) != 1 or trouble.line[0].type != "NAME":
        return None
    name = trouble.line[0]
    start, end = name.start_pos or 0, name.end_pos or trouble.offset
    repair = Token("COLON", ":", trouble.offset, end_pos=trouble.offset)
    written = f"{source.text[start:end]}："
    message = f"“{source.text[start:end]}”后面缺“：”"
    return Diagnosis(
        "S104", message, f"请写成：{written}类型", start, trouble.offset, repair, written=written
    )


def _action_without_then(
    trouble: Trouble, accepted: frozenset[str], could_begin: Question
) -> Diagnosis | None:
    """逾期 升级给站长: 则 is missing, and the spaces."""
    if trouble.token.type != "NAME" or "K_THEN" not in accepted:
        return None
    said, then = str(trouble.token), keywords()["K_THEN"]
    actions = [word for word in keywords().values() if said.startswith(word.zh) and said != word.zh]
    fitting = [
        word
        for word in actions
        if could_begin((*trouble.line, Token(then.terminal, then.zh), Token(word.terminal, word.zh)))
    ]
    if not fitting:
        return None
    action = max(fitting, key=lambda word: len(word.zh)).zh
    rest = said[len(action) :]
    rest = f"给 {rest[1:]}" if rest.startswith("给") else rest
    written = f"{then.zh} {action} {rest}"
    message, end = f"“{said}”前面缺“{then.zh}”，词之间缺空格", trouble.offset + len(said)
    return Diagnosis("S104", message, f"请写成：{written}", trouble.offset, end, written=written)
