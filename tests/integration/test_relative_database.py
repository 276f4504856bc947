"""A database named from the folder one stands in, as `make run` does: its files are given out all the same."""

from io import BytesIO
from pathlib import Path

import pytest

from engine.documents.paper import read_docx
from tests.integration.test_document_pages import issued, signed_in
from tests.integration.town import TownAt, approval

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def test_papers_and_pictures_can_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    town = TownAt("sqlite:///town.db")
    town.found(approval())
    with town.open() as engine:
        engine.set_password("sun", "Secret-2023", by="sun")
        chief = signed_in(engine, tmp_path, "sun")
        paper = chief.get(f"/docs/{issued(engine)}/docx")
        sent = chief.post("/files", data={"file": (BytesIO(PICTURE), "现场.png")}).get_json()
        picture = chief.get(sent["address"])
    assert paper.status_code == 200 and read_docx(paper.data).words
    assert picture.status_code == 200 and picture.data == PICTURE
