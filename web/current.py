"""What the running request may use: the engine, the settings, who is signed in."""

from dataclasses import dataclass

from flask import Flask, current_app, g
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from engine import Engine
from engine.values import FileRef
from web.moments import Moments
from web.sessions import Sessions
from web.settings import Settings
from web.town import Town
from web.value_text import Names

EXTENSION = "anliu"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application was made from."""

    engine: Engine
    settings: Settings
    sessions: Sessions


def attach(app: Flask, parts: Parts) -> None:
    """Make the parts reachable from requests of this application."""
    app.extensions[EXTENSION] = parts


def parts() -> Parts:
    """The parts of the application that answers this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Parts)
    return found


def engine() -> Engine:
    """The engine."""
    return parts().engine


def account() -> str:
    """The account that is signed in."""
    return str(current_user.account)


def signed_in() -> bool:
    """Whether somebody is signed in."""
    return bool(current_user.is_authenticated)


def town() -> Town:
    """People, units and duties, read once a request."""
    if "town" not in g:
        g.town = Town.read(engine().organisation())
    found = g.town
    assert isinstance(found, Town)
    return found


def moments() -> Moments:
    """How times are printed, seen from the engine's clock."""
    return Moments(engine().zone, engine().now())


def names() -> Names:
    """What codes are called."""
    return Names(moments(), town().people, town().units)


def file_token(file: FileRef) -> str:
    """A signed token for a file that this person uploaded or saw: a form may send it back."""
    return _serializer().dumps([file.sha256, file.name, file.size, file.media_type])


def file_of(token: str) -> FileRef | None:
    """The file of a token; None for a token that was not made for this person."""
    try:
        sha256, name, size, media_type = _serializer().loads(token)
    except (BadSignature, ValueError):
        return None
    return FileRef(str(sha256), str(name), int(size), str(media_type))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(parts().settings.secret, salt=f"file:{account()}")
