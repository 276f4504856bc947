"""Back up and restore a town: database and files together; and check that what is stored is whole."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL, make_url

from engine import migrate, statements
from engine.edge_refusals import BackupFailed, FileDamaged, NotFound
from engine.store import Session
from engine.town import Town

DATABASE = "town.db"
DUMP = "town.dump"
FILES = "files"


def backup(town: Town, folder: Path) -> Path:
    """Write database and files into a new folder. SQLite as of one moment, PostgreSQL by pg_dump.

    Raises:
        BackupFailed: the folder exists, or something could not be written; then the folder is removed again.
    """
    if folder.exists():
        raise BackupFailed(f"{folder}已经存在")
    part = folder.with_name(f"{folder.name}.part")
    try:
        part.mkdir(parents=True)
        _write_database(town, part)
        if town.files.folder.exists():
            shutil.copytree(town.files.folder, part / FILES, ignore=shutil.ignore_patterns("incoming"))
        part.rename(folder)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(str(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _write_database(town: Town, folder: Path) -> None:
    if town.store.is_sqlite:
        Session(town.store, town.tenant).copy_to(folder / DATABASE)
        return
    _run("pg_dump", "--format=custom", f"--file={folder / DUMP}", f"--dbname={_address(town.store.url)}")


def _address(url: URL) -> str:
    """Return a URL as the programs of PostgreSQL read it, with all its hosts."""
    from psycopg.conninfo import make_conninfo

    _, given = postgresql.dialect().create_connect_args(url)  # type: ignore[no-untyped-call]
    return make_conninfo(**given)


def restore(folder: Path, url: str, files: Path | None = None) -> None:
    """Bring back a backup into an empty place: a new SQLite file, or an empty PostgreSQL database.

    Raises:
        BackupFailed: there is something in the place already, or the backup is not whole.
    """
    parsed = make_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            target = Path(parsed.database or "")
            files = files or target.with_name(f"{target.name}.files")
            _require_empty(files)
            _restore_sqlite(folder, target)
        else:
            if not (folder / DUMP).is_file():
                raise BackupFailed(f"{folder}里没有{DUMP}")
            if migrate.is_used(parsed):
                raise BackupFailed(f"数据库“{parsed.database}”里已经有数据，请另建一个空的")
            _require_empty(files)
            whole = ("--no-owner", "--exit-on-error", "--single-transaction")
            _run("pg_restore", *whole, f"--dbname={_address(parsed)}", str(folder / DUMP))
        if (folder / FILES).exists() and files is not None:
            shutil.copytree(folder / FILES, files, dirs_exist_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(str(error)) from error


def _require_empty(files: Path | None) -> None:
    """Refuse to mix the files of a backup with others."""
    if files is not None and files.exists() and any(files.iterdir()):
        raise BackupFailed(f"{files}里已经有文件，请先移走")


def _restore_sqlite(folder: Path, target: Path) -> None:
    source = folder / DATABASE
    if not source.is_file():
        raise BackupFailed(f"{folder}里没有{DATABASE}")
    if target.exists():
        raise BackupFailed(f"{target}已经存在，请先移走")
    with sqlite3.connect(source) as database:
        (word,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    if word != "ok":
        raise BackupFailed(f"{source}已损坏：{word}")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.rename(target)


def _run(*command: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BackupFailed(f"本机没有 {command[0]}")
    done = subprocess.run([program, *command[1:]], check=False, capture_output=True, text=True)  # noqa: S603 -- our own words
    if done.returncode != 0:
        raise BackupFailed(f"{command[0]}：{done.stderr.strip()[-300:]}")


def check(town: Town) -> tuple[str, ...]:
    """Return what is wrong with the database and the files; nothing when all is well."""
    problems: list[str] = []
    session = Session(town.store, town.tenant)
    if town.store.is_sqlite:
        problems += [f"数据库：{word}" for word in session.integrity() if word != "ok"]
    found, needed = migrate.revision_of(town.store.url), migrate.head()
    if found != needed:
        problems.append(f"数据库版本为{found}，程序需要{needed}")
    for sha256, name in session.all(statements.all_files):
        try:
            town.files.path(sha256, name)
        except (NotFound, FileDamaged) as problem:
            problems.append(problem.text)
    return tuple(problems)
