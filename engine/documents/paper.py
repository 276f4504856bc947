"""A paper as its parts: letterhead, number, title, body, signature, date; read from .docx or from plain lines.

A .docx names its parts by paragraph styles, which a clerk sees and sets in Word or WPS. One without these styles, and
plain text, are read by where and how the lines stand. Names of the parts: GB/T 9704—2012, 7.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph


class PartKind(StrEnum):
    """What a part of a paper is; the value is the name of its paragraph style."""

    LETTERHEAD = "发文机关标志"
    BAND = "执法文书标志"  # over the title of an enforcement form, which has no red head
    NUMBER = "发文字号"
    TITLE = "公文标题"
    ADDRESSEE = "主送机关"
    BODY = "公文正文"
    HEADING = "一级标题"
    SUBHEADING = "二级标题"
    TABLE = "公文表格"
    ANNEX = "附件说明"
    SIGNATURE = "发文机关署名"
    DATE = "成文日期"
    NOTE = "附注"
    COPIES = "抄送机关"
    IMPRINT = "印发机关和印发日期"


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, or a table by its rows."""

    kind: PartKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def words(self) -> str:
        """Everything it says."""
        return "\n".join("　".join(row) for row in self.rows) if self.rows else self.text


@dataclass(frozen=True, slots=True)
class Paper:
    """The parts of a paper in order."""

    parts: tuple[Part, ...]

    def text_of(self, kind: PartKind) -> str:
        """Return what the parts of a kind say, joined; empty when there is none."""
        return "".join(part.text for part in self.parts if part.kind is kind)

    @property
    def words(self) -> str:
        """Everything that is said, one part a line."""
        return "\n".join(part.words for part in self.parts)


class UnreadablePaper(ValueError):
    """The file is no paper that can be read; the text says why and what to do."""


NUMBER = re.compile(
    r"(?P<code>[^\s\d〔（(\[【［]*(?:[（(][^）)\d]*[）)])?[^\s\d〔（(\[【［]*)"
    r"(?P<open>[〔（(\[【［])(?P<year>\d{2,4})(?P<close>[〕）)\]】］])(?P<rest>第?(?P<sequence>\d+)(?P<further>-\d+)?(?P<end>号?))"
)
"""A document number, right or wrong: 润政发〔2023〕1号, （润）应急责改[2023]01号; 1-1号 is a further paper of a case."""
_DATE = re.compile(
    r"[二〇零一二三四五六七八九十\d]{2,4}年[一二三四五六七八九十\d]{1,3}月[一二三四五六七八九十\d]{1,3}日"
)
_ORGAN = re.compile(r"^\S{2,30}?(?:人民政府|委员会|办公室|管理局|应急局|党委|总站|局|站|所)(?:文件)?$")
_HEADING = re.compile(r"^[一二三四五六七八九十]+、")
_SUBHEADING = re.compile(r"^（[一二三四五六七八九十]+）")
_MARKS = re.compile(r"^[#>\s]+|\*\*")


def read_docx(content: bytes) -> Paper:
    """Read a .docx.

    Raises:
        UnreadablePaper: it is none.
    """
    import docx  # takes long to load, and most who look at papers read none
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = docx.Document(BytesIO(content))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as problem:
        raise UnreadablePaper("这个文件不是 Word 文档（.docx）；旧的 .doc 请先另存为 .docx") from problem
    kinds = {kind.value: kind for kind in PartKind}
    styled: list[Part] = []
    named = False
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            styled.append(Part(PartKind.TABLE, rows=_rows(block)))
            continue
        text = block.text.strip()
        if not text:
            continue
        kind = kinds.get(_style(block))
        named = named or kind is not None
        styled.append(Part(kind or PartKind.BODY, text))
    return Paper(tuple(styled)) if named else Paper(tuple(classified(styled)))


def _style(paragraph: "Paragraph") -> str:
    return "" if paragraph.style is None else str(paragraph.style.name)


def _rows(table: "Table") -> tuple[tuple[str, ...], ...]:
    """Return the cells of each row; a merged cell once."""
    found: list[tuple[str, ...]] = []
    for row in table.rows:
        cells = row.cells  # gathered anew each time they are asked for
        once = (cell for position, cell in enumerate(cells) if cell not in cells[:position])
        found.append(tuple(cell.text.strip() for cell in once))
    return tuple(found)


def read_text(text: str) -> Paper:
    """Read plain lines, also Markdown: its marks are no words."""
    lines = (_MARKS.sub("", line).strip() for line in text.splitlines())
    return Paper(tuple(classified([Part(PartKind.BODY, line) for line in lines if line.strip("-")])))


def classified(parts: Sequence[Part]) -> Iterable[Part]:
    """Tell by where and how lines stand what they are."""
    texts = [part.text for part in parts]
    number = next((n for n, text in enumerate(texts[:8]) if NUMBER.fullmatch(text.replace(" ", ""))), None)
    date = next(
        (n for n in range(len(texts) - 1, -1, -1) if _DATE.fullmatch(texts[n].replace(" ", ""))), None
    )
    title = _title(texts, -1 if number is None else number)
    for n, part in enumerate(parts):
        if part.rows:
            yield part
        elif n == number:
            yield Part(PartKind.NUMBER, part.text.replace(" ", ""))
        elif n == title:
            yield from _titled(part.text, known=number is not None and number > 0)
        elif number is not None and n < number and _ORGAN.match(part.text.replace(" ", "")):
            yield Part(PartKind.LETTERHEAD, part.text)
        elif n == date:
            yield Part(PartKind.DATE, part.text)
        elif date is not None and n == date - 1 and _ORGAN.match(part.text.replace(" ", "")):
            yield Part(PartKind.SIGNATURE, part.text)
        else:
            yield Part(_kind(part.text, after_title=title is not None and n == title + 1), part.text)


def _title(texts: Sequence[str], number: int) -> int | None:
    """The first line behind the number, or the first that is no organ."""
    behind = range(number + 1, len(texts))
    return next((n for n in behind if not _ORGAN.match(texts[n].replace(" ", ""))), None)


def _titled(text: str, *, known: bool) -> Iterable[Part]:
    """A title; the organ that stands in it is the letterhead when there is no other."""
    organ, _, subject = text.partition(" ")
    if not known and subject and _ORGAN.match(organ):
        yield Part(PartKind.LETTERHEAD, organ)
        yield Part(PartKind.TITLE, text.replace(" ", ""))
    else:
        yield Part(PartKind.TITLE, text)


def _kind(text: str, *, after_title: bool) -> PartKind:
    if after_title and text.endswith(("：", ":")):
        return PartKind.ADDRESSEE
    if text.endswith("印发"):
        return PartKind.IMPRINT
    if text.startswith("抄送"):
        return PartKind.COPIES
    if text.startswith("附件"):
        return PartKind.ANNEX
    if _HEADING.match(text):
        return PartKind.HEADING
    if _SUBHEADING.match(text):
        return PartKind.SUBHEADING
    return PartKind.BODY
