"""Databases: migrations equal the fresh schema and keep rows; back-up and restore; files; accounts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from engine import FileTooLarge, NotVisible, StorageFull, migrate
from engine.backup import restore
from engine.edge_refusals import (
    AccountExists,
    AccountLocked,
    AdministratorsOnly,
    BackupFailed,
    DatabaseOutdated,
    FileDamaged,
    PasswordTooWeak,
    UnknownAccount,
)
from engine.files import FileStore
from engine.schema import metadata
from tests.integration.town import FORM, TownAt

LATER = '''"""Add a column, as a later version might."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_row", recreate="auto") as batch:
        batch.alter_column("title", existing_type=sa.Text(), nullable=True)
'''


# ---- migrations


def test_the_migrations_together_equal_the_fresh_schema(database_url: str) -> None:
    migrate.upgrade(database_url)

    database = create_engine(migrate.driver_url(database_url), poolclass=NullPool)
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = described(connection)
    database.dispose()
    assert migrated == fresh()


def test_the_migrated_tables_are_kept_like_fresh_ones(sqlite_url: str, tmp_path: Path) -> None:
    migrate.upgrade(sqlite_url)
    migrate.prepare(f"sqlite:///{tmp_path / 'fresh.db'}")

    assert without_rowid(sqlite_url) == without_rowid(f"sqlite:///{tmp_path / 'fresh.db'}")


def without_rowid(url: str) -> dict[str, bool]:
    """Tell for each table whether it is clustered by its key."""
    database = create_engine(url, poolclass=NullPool)
    with database.connect() as connection:
        rows = connection.execute(text("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'"))
        found = {row.name: bool(row.wr) for row in rows if not row.name.startswith("sqlite_")}
    database.dispose()
    return found


def _is_partial(index: Mapping[str, Any]) -> bool:
    return any(name.endswith("_where") for name in index.get("dialect_options", {}))


def described(connection: object) -> dict[str, object]:
    """Say what each table has: columns, key, indexes, references."""
    found = inspect(connection)
    return {
        name: (
            sorted((column["name"], bool(column["nullable"])) for column in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(
                (index["name"], tuple(index["column_names"]), bool(index["unique"]), _is_partial(index))
                for index in found.get_indexes(name)
            ),
            sorted(tuple(key["constrained_columns"]) for key in found.get_foreign_keys(name)),
        )
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def fresh() -> dict[str, object]:
    database = create_engine("sqlite://")
    with database.connect() as connection:
        metadata.create_all(connection)
        return described(connection)


def test_a_migration_that_recreates_a_table_keeps_the_rows_that_refer_to_it(
    town: TownAt, tmp_path: Path
) -> None:
    with town.open() as engine:
        engine.start("审批", by="wang", form=FORM)
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in migrate.FOLDER.rglob("*.py"):
        (folder / path.relative_to(migrate.FOLDER)).write_text(
            path.read_text(encoding="utf-8"), encoding="utf-8"
        )
    (folder / "versions" / "9999_later.py").write_text(LATER.format(before=migrate.head()), encoding="utf-8")
    before = rows(town)

    migrate.upgrade(town.url, folder)

    assert rows(town) == before
    assert before["history"] == 1 and before["item"] == 1


def rows(town: TownAt) -> dict[str, int]:
    database = create_engine(migrate.driver_url(town.url), poolclass=NullPool)
    with database.connect() as connection:
        counted = {
            name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())  # noqa: S608
            for name in metadata.tables
        }
    database.dispose()
    return counted


def test_a_database_of_another_version_is_not_opened(town: TownAt) -> None:
    database = create_engine(migrate.driver_url(town.url), poolclass=NullPool)
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    database.dispose()

    with pytest.raises(DatabaseOutdated, match="0000"):
        town.open()


# ---- back-up


def test_a_backup_brings_everything_back(
    town: TownAt, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with town.open(files=tmp_path / "one") as engine:
        photo = engine.add_file(b"photo", "现场.jpg", "image/jpeg", by="wang")
        case = engine.start("审批", by="wang", form=FORM | {"照片": [photo]})
        engine.backup(tmp_path / "backup")
        engine.start("审批", by="wang", form=FORM)
    other = TownAt(str(request.getfixturevalue("second_url")), town.clock)

    restore(tmp_path / "backup", other.url, tmp_path / "two")

    with other.open(files=tmp_path / "two") as engine:
        assert [row.id for row in engine.cases(by="li").items] == [case.id]
        assert engine.verify().ok and engine.check() == ()
        assert engine.file(photo.sha256, by="li").path.read_bytes() == b"photo"


def test_a_backup_never_overwrites(town: TownAt, tmp_path: Path) -> None:
    with town.open() as engine:
        engine.backup(tmp_path / "backup")
        with pytest.raises(BackupFailed):
            engine.backup(tmp_path / "backup")


# ---- files


def test_a_file_over_the_limit_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")

    with pytest.raises(FileTooLarge, match=r"0\.001MB"):
        store.add(b"x" * 1001, "大图.jpg", limit=1000)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_the_limit_is_a_setting(town: TownAt, tmp_path: Path) -> None:
    with town.open(files=tmp_path / "files") as engine:
        engine.add_file(b"x" * 100, "小图.jpg", by="wang")
        engine.set_setting("file_limit", "99", by="li")
        with pytest.raises(FileTooLarge):
            engine.add_file(b"x" * 100, "小图.jpg", by="wang")


def test_a_full_disk_is_a_clear_refusal_and_nothing_is_kept(tmp_path: Path) -> None:
    class Full:
        """A stream that fails as a full disk does."""

        def read(self, _size: int) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull, match="磁盘空间不足"):
        FileStore(tmp_path / "files").add(Full(), "图.jpg")  # type: ignore[arg-type]  # as much of a stream as is read
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_full_database_disk_is_a_clear_refusal_and_nothing_is_kept(sqlite_url: str) -> None:
    town = TownAt(sqlite_url)
    town.found()
    with town.open() as engine:
        case = engine.start("审批", by="wang", form=FORM)
        writer = engine.town.store._writer
        assert writer is not None and writer._connection is not None
        cursor = writer._connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")  # never less than it has: no page can be added
        with pytest.raises(StorageFull):
            engine.start("审批", by="wang", form=FORM | {"标题": "长" * 100_000})
        cursor.execute("PRAGMA max_page_count = 1000000")

        assert [row.id for row in engine.cases(by="li").items] == [case.id]
        assert engine.start("审批", by="wang", form=FORM).number == "润审〔2023〕2号"


def test_a_damaged_file_is_not_given_out(town: TownAt, tmp_path: Path) -> None:
    with town.open(files=tmp_path / "files") as engine:
        photo = engine.add_file(b"photo", "现场.jpg", by="wang")
        engine.file(photo.sha256).path.write_bytes(b"phony")

        with pytest.raises(FileDamaged):
            engine.file(photo.sha256, by="wang")
        assert engine.check() == ("文件“现场.jpg”与登记的校验值不符，可能已损坏或被改动",)


def test_a_file_is_given_to_those_who_may_open_its_case(town: TownAt, tmp_path: Path) -> None:
    with town.open(files=tmp_path / "files") as engine:
        photo = engine.add_file(b"photo", "现场.jpg", by="wang")
        with pytest.raises(NotVisible):
            engine.file(photo.sha256, by="li")
        engine.start("审批", by="wang", form=FORM | {"单位": "", "照片": [photo.sha256]})

        assert engine.file(photo.sha256, by="li").name == "现场.jpg"
        with pytest.raises(NotVisible):
            engine.file(photo.sha256, by="qian")


# ---- accounts


def test_passwords_are_changed_by_their_owner_and_reset_by_an_administrator(town: TownAt) -> None:
    with town.open() as engine:
        engine.reset_password("wang", "first-password", by="li")
        assert engine.check_password("wang", "first-password")
        with pytest.raises(AdministratorsOnly):
            engine.set_password("wang", "other-password", by="zhao")
        with pytest.raises(AdministratorsOnly):
            engine.reset_password("wang", "other-password", by="zhao")
        with pytest.raises(PasswordTooWeak):
            engine.set_password("wang", "short", by="wang")
        engine.set_password("wang", "second-password", by="wang")

        assert not engine.check_password("wang", "first-password")
        assert engine.check_password("wang", "second-password")
        assert [entry.kind for entry in engine.audit_log(2)] == ["password_changed", "password_reset"]
        assert engine.verify().ok


def test_wrong_passwords_lock_an_account_for_a_while(town: TownAt) -> None:
    with town.open() as engine:
        engine.reset_password("wang", "first-password", by="li")
        assert not any(engine.check_password("wang", "wrong") for _ in range(5))
        with pytest.raises(AccountLocked):
            engine.check_password("wang", "first-password")
        town.clock.move(minutes=11)

        assert engine.check_password("wang", "first-password")


def test_an_account_is_never_used_again(town: TownAt) -> None:
    with town.open() as engine:
        engine.add_user("zhou", "周新", by="li", password="first-password", units=("rc",))
        engine.deactivate("zhou", by="li", reason="调离")

        assert not engine.check_password("zhou", "first-password")
        with pytest.raises(UnknownAccount):
            engine.start("审批", by="zhou", form=FORM)
        with pytest.raises(AccountExists):
            engine.add_user("zhou", "周二", by="li")
