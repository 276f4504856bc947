"""Files that a scenario names and nobody has: a small picture, or a page with its own name on it."""

import hashlib
import mimetypes
import struct
import zlib

_WIDTH, _HEIGHT = 320, 240
_PICTURES = ("image/jpeg", "image/png")


def sample(name: str) -> tuple[bytes, str]:
    """Return content and media type of a file; the same name gives the same content, other names another."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type in _PICTURES:
        return _picture(name), "image/png"
    if media_type == "application/pdf":
        return _page(name), media_type
    return f"{name}\n".encode(), media_type


def _picture(name: str) -> bytes:
    """Draw a PNG of two colours that follow from the name."""
    seed = hashlib.sha256(name.encode()).digest()
    above, below = bytes(96 + value // 2 for value in seed[:3]), bytes(32 + value // 3 for value in seed[3:6])
    horizon = _HEIGHT // 3 + seed[6] % (_HEIGHT // 3)
    rows = b"".join(b"\0" + (above if row < horizon else below) * _WIDTH for row in range(_HEIGHT))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _page(name: str) -> bytes:
    """Write an empty one-page PDF whose title is the name."""
    title = name.encode("utf-16-be").hex().upper()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        f"<</Title<FEFF{title}>>>".encode(),
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    index = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(body),
    )
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + index + tail
