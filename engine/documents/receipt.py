"""送达回证: the paper on which a service is signed; filled as far as it is known, to be signed by hand and kept.

Source: 民事诉讼法第八十七条 (every service has its receipt).
"""

from engine.documents.layout import build
from engine.documents.paper import Part, PartKind
from engine.views import DocumentView


def receipt(document: DocumentView, party: str, issuer: str) -> bytes:
    """Return the receipt of a document for a party as .docx."""
    rows = (
        ("送达文书名称和文号", f"{document.title}　{document.number}"),
        ("受送达人", party),
        ("送达地点", ""),
        ("送达方式", "□直接　□留置　□邮寄　□委托　□公告　□电子"),
        ("受送达人签名或者盖章", "\n　　　　　　　　年　　月　　日　　时　　分"),
        ("代收人签名和代收理由", "\n　　　　　　　　年　　月　　日"),
        ("拒收事由和日期", "\n　　　　　　　　年　　月　　日"),
        ("见证人签名", ""),
        ("送达人签名（两人以上）", ""),
        ("备注", ""),
    )
    return build(
        (
            Part(PartKind.LETTERHEAD, issuer),
            Part(PartKind.TITLE, "送达回证"),
            Part(PartKind.TABLE, rows=rows),
            Part(PartKind.NOTE, "本回证由送达人带回，与文书一并存档。"),
        )
    )
