"""Chinese numerals: 十五 is 15, 一百一十八 is 118."""

from typing import Final

DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS: Final = {"十": 10, "百": 100, "千": 1000}
MYRIADS: Final = {"万": 10**4, "亿": 10**8}
LONGEST: Final = 15  # digits or characters of a number that a person would write


class ImpossibleValue(ValueError):
    """The text has the right form, but no such value exists; the message says why, in Chinese."""


def read_integer(text: str) -> int:
    """Value of an integer in ASCII digits or Chinese numerals.

    Raises:
        ImpossibleValue: when it is longer than any number in a definition.
    """
    if len(text) > LONGEST:
        raise ImpossibleValue(f"数字太长：{text[:LONGEST]}……")
    return int(text) if text.isascii() else _read_chinese(text)


def _read_chinese(text: str) -> int:
    if text.isascii():
        return int(text or "0")
    for myriad in ("亿", "万"):
        if myriad in text:
            head, tail = text.split(myriad, 1)
            return (_read_chinese(head) or 1) * MYRIADS[myriad] + _read_chinese(tail)
    if not any(character in UNITS for character in text):
        return int("".join(str(DIGITS.get(character, character)) for character in text))
    total = current = 0
    for character in text:
        if character in UNITS:
            total, current = total + (current or 1) * UNITS[character], 0
        else:
            current = DIGITS[character] if character in DIGITS else current * 10 + int(character)
    return total + current


def write_chinese(value: int) -> str:
    """The Chinese numeral of 0 to 9999, as citations write it: 十, 一百零三, 二百三十四.

    Raises:
        ImpossibleValue: outside that range.
    """
    if not 0 <= value <= 9999:
        raise ImpossibleValue(f"数字超出范围：{value}")
    if value < 10:
        return "零一二三四五六七八九"[value]
    text, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit:
            text += ("零" if gap else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text
