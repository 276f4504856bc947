"""A paper as .docx at the size of GB/T 9704—2012: A4, 22 lines of 28 characters, fonts of the standard by name.

Used where a document has no template of its own, and for the templates that a clerk then edits in Word or WPS. Measures:
margins 37, 26, 35, 28 mm; lines of exactly 28.95 pt and letters drawn in by 0.25 pt give 22 × 28 (a document grid does
not: 19 × 27).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import docx
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from engine.documents.paper import Part, PartKind

LINE: Final = Pt(28.95)
SONG: Final = "方正小标宋简体"
FANG: Final = "仿宋_GB2312"
HEI: Final = "黑体"
KAI: Final = "楷体_GB2312"
_SEAL_RED: Final = RGBColor(0xC0, 0x00, 0x00)
_TABLE: Final = "Table Grid"


@dataclass(frozen=True, slots=True)
class Look:
    """How a part is set: font, size in points, place, indents in characters of 16 pt."""

    font: str = FANG
    size: float = 16
    place: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    first: int = 0
    right: int = 0
    before: int = 0  # empty lines
    red: bool = False


LOOKS: Final = {
    PartKind.LETTERHEAD: Look(SONG, 30, WD_ALIGN_PARAGRAPH.CENTER, red=True),
    PartKind.BAND: Look(SONG, 18, WD_ALIGN_PARAGRAPH.CENTER),
    PartKind.NUMBER: Look(place=WD_ALIGN_PARAGRAPH.CENTER, before=1),
    PartKind.TITLE: Look(SONG, 22, WD_ALIGN_PARAGRAPH.CENTER, before=1),
    PartKind.ADDRESSEE: Look(before=1),
    PartKind.BODY: Look(first=2),
    PartKind.HEADING: Look(HEI, first=2),
    PartKind.SUBHEADING: Look(KAI, first=2),
    PartKind.TABLE: Look(size=12),
    PartKind.ANNEX: Look(first=2, before=1),
    PartKind.SIGNATURE: Look(place=WD_ALIGN_PARAGRAPH.RIGHT, right=2, before=1),
    PartKind.DATE: Look(place=WD_ALIGN_PARAGRAPH.RIGHT, right=4),
    PartKind.NOTE: Look(first=2),
    PartKind.COPIES: Look(size=14, before=1),
    PartKind.IMPRINT: Look(size=14),
}


def build(parts: Sequence[Part]) -> bytes:
    """Return a .docx of the parts."""
    document = docx.Document()
    _drop_extras(document)
    _set_page(document)
    _set_styles(document)
    for part in parts:
        if part.rows:
            _add_table(document, part.rows)
        else:
            document.add_paragraph(part.text, style=part.kind.value)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _drop_extras(document: Docx) -> None:
    """Leave out what the library's blank brings along and no paper needs."""
    for relations in (document.part.rels, document.part.package.rels):
        for name, relation in tuple(relations.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/customXml", "/thumbnail", "/numbering")):
                del relations[name]


def _set_page(document: Docx) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    number = section.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number.add_run("— ").font.size = Pt(14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)  # noqa: SLF001 -- python-docx has no fields
    number.add_run(" —").font.size = Pt(14)


def _set_styles(document: Docx) -> None:
    """Leave the styles of the parts and what they need: a clerk finds only these in the list of Word."""
    kept = {"Normal", "Default Paragraph Font", "Normal Table", "No List", _TABLE, "Footer"}
    for style in tuple(document.styles):
        if style.name not in kept:
            style.delete()
    for kind, look in LOOKS.items():
        style = document.styles.add_style(kind.value, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle), style
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        _set_style(style, look)


def _set_style(style: ParagraphStyle, look: Look) -> None:
    style.font.size, style.font.name = Pt(look.size), look.font
    if look.red:
        style.font.color.rgb = _SEAL_RED
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), look.font)
    if look.size == 16:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), "-5")  # twentieths of a point
        properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    form = style.paragraph_format
    form.alignment = look.place
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if look.size > 22:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, LINE
    form.space_before, form.space_after = Pt(28.95 * look.before), Pt(0)
    form.widow_control = False
    if look.first or look.right:
        _indent(style, look)


def _indent(style: ParagraphStyle, look: Look) -> None:
    """Indent by characters, as Word counts Chinese."""
    indent = OxmlElement("w:ind")
    if look.first:
        indent.set(qn("w:firstLineChars"), str(look.first * 100))
        indent.set(qn("w:firstLine"), str(look.first * 320))
    if look.right:
        indent.set(qn("w:rightChars"), str(look.right * 100))
        indent.set(qn("w:right"), str(look.right * 320))
    style.element.get_or_add_pPr().insert_element_before(indent, "w:contextualSpacing", "w:jc")


def _add_table(document: Docx, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=max(map(len, rows)), style=_TABLE)
    for texts in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, texts, strict=False):
            cell.paragraphs[0].style = PartKind.TABLE.value
            cell.paragraphs[0].text = text
    if len(table.columns) == 2:
        for row in table.rows:
            row.cells[0].width, row.cells[1].width = Mm(40), Mm(116)
