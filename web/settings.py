"""Settings of the web server, all from the environment, all with a sound default."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
LIBRARY = Path(__file__).resolve().parent.parent / "processes"
OBLIGATIONS = LIBRARY / "shared" / "obligations.json"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo town as shown on the log-in page."""

    account: str
    name: str
    posts: str
    password: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server needs to know about itself. Times in minutes, sizes in bytes."""

    database_url: str
    secret: str
    data: Path  # folder of database, files and keys
    library: Path = LIBRARY  # .flow files that uploaded ones may import
    cookie: str = "anliu"  # name of the log-in cookie; two towns on one host need two
    demo: str = ""  # the mark printed on every page of a demo database; empty on a real one
    demo_accounts: tuple[DemoAccount, ...] = ()
    idle_minutes: int = 30
    longest_minutes: int = 12 * 60
    sign_ins_per_minute: int = 60  # from one address
    file_limit: int = 20 * MEGABYTE
    secure_cookies: bool = False  # true behind HTTPS
    behind_proxy: bool = False


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the database, files and keys are kept: ANLIU_DATA, by default `var` in the working directory."""
    return Path(environment.get("ANLIU_DATA", "var"))


def load_settings(
    database_url: str,
    data: Path,
    demo: str = "",
    demo_accounts: tuple[DemoAccount, ...] = (),
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings; the key that signs cookies is made once and kept in `data` for the owner only."""
    return Settings(
        database_url=database_url,
        secret=environment.get("ANLIU_SECRET_KEY") or _kept_secret(data / "secret.key"),
        data=data,
        demo=demo,
        demo_accounts=demo_accounts,
        idle_minutes=int(environment.get("ANLIU_IDLE_MINUTES", "30")),
        file_limit=int(float(environment.get("ANLIU_FILE_LIMIT_MB", "20")) * MEGABYTE),
        secure_cookies=environment.get("ANLIU_HTTPS", "") in ("1", "true", "yes"),
        behind_proxy=environment.get("ANLIU_PROXY", "") in ("1", "true", "yes"),
    )


def _kept_secret(path: Path) -> str:
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_hex(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret)
    return secret
