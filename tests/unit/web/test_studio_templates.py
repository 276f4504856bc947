"""Where the browser's check finds the template of a document: the latest upload, else that in force, else the library's."""

from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from werkzeug.datastructures import FileStorage

from tests.integration.town import TownAt, approval
from web.studio_templates import keep_templates, templates_at_hand


def test_the_latest_upload_then_that_in_force_then_the_library(tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "p" / "documents").mkdir(parents=True)
    for name in ("甲.docx", "乙.docx", "丙.docx"):
        (library / "p" / "documents" / name).write_bytes(b"library")
    made = approval()
    (notice,) = made.documents
    content = b64encode(b"in force").decode()
    town = TownAt(f"sqlite:///{tmp_path / 'town.db'}")
    town.found(replace(made, documents=(replace(notice, template="乙.docx", content=content),)))
    keep_templates(
        [FileStorage(BytesIO(b"upload"), "甲.docx"), FileStorage(BytesIO(b"x"), "a.flow")], tmp_path
    )

    with town.open() as engine:
        find = templates_at_hand(engine, tmp_path, library)
        found = [
            find("p/process.flow", "审批", name) for name in ("甲.docx", "乙.docx", "丙.docx", "丁.docx")
        ]

    assert found == [b"upload", b"in force", b"library", None]
