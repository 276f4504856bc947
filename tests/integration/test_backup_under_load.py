"""A back-up is taken while people work: it is one moment of the town, and brings back everything of that moment."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import Engine
from engine.backup import restore
from engine.edge_refusals import BackupFailed
from tests.integration.town import FORM, TownAt

BEFORE = 4


class Work:
    """Somebody who starts cases with a photo, one after the other, and completes their first step."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop, self._going = threading.Event(), threading.Event()
        self.acknowledged: list[int] = []

    def go_on(self) -> None:
        while not self._stop.is_set():
            number = len(self.acknowledged)
            photo = self._engine.add_file(
                f"photo {number}".encode(), f"{number}.jpg", "image/jpeg", by="wang"
            )
            case = self._engine.start("审批", by="wang", form=FORM | {"照片": [photo]}, key=f"k{number}")
            self._engine.complete(self._engine.case(case.id).items[0].id, by="li", form={"情况": "属实"})
            self.acknowledged.append(case.id)
            if len(self.acknowledged) >= BEFORE:
                self._going.set()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Work while the block runs, having begun before it."""
        thread = threading.Thread(target=self.go_on)
        thread.start()
        try:
            assert self._going.wait(60)
            yield
        finally:
            self._stop.set()
            thread.join()


def test_a_backup_taken_while_people_work_is_whole(
    town: TownAt, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with town.open(files=tmp_path / "one") as engine:
        work = Work(engine)
        with work.meanwhile():
            known = tuple(work.acknowledged)
            engine.backup(tmp_path / "backup")
    other = TownAt(str(request.getfixturevalue("second_url")), town.clock)

    restore(tmp_path / "backup", other.url, tmp_path / "two")

    with other.open(files=tmp_path / "two") as engine:
        assert engine.verify().ok and engine.check() == ()
        cases = {row.id for row in engine.cases(by="shen", limit=200).items}
        assert set(known) <= cases and cases == set(range(1, len(cases) + 1))
        for case in known:
            assert len(engine.history(case)) == 2
            (photo,) = engine.case(case, by="li").files
            assert engine.file(photo.sha256, by="li").path.read_bytes().startswith(b"photo ")
        engine.start("审批", by="wang", form=FORM)  # and work goes on from there
        assert engine.verify().ok


def test_nothing_is_restored_over_what_is_there(town: TownAt, tmp_path: Path) -> None:
    with town.open(files=tmp_path / "one") as engine:
        engine.backup(tmp_path / "backup")
        case = engine.start("审批", by="wang", form=FORM)

    with pytest.raises(BackupFailed, match="已经"):
        restore(tmp_path / "backup", town.url, tmp_path / "two")

    with town.open(files=tmp_path / "one") as engine:
        assert [row.id for row in engine.cases(by="li").items] == [case.id]


def test_nothing_is_restored_among_other_files(
    town: TownAt, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with town.open(files=tmp_path / "one") as engine:
        engine.backup(tmp_path / "backup")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "something").write_bytes(b"else")

    with pytest.raises(BackupFailed, match="已经有文件"):
        restore(tmp_path / "backup", str(request.getfixturevalue("second_url")), tmp_path / "two")
