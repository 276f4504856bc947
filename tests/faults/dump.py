"""Write down what is in the database after the last death: tables as they are, and what replay makes of the history.

Everything that a judge needs is in one JSON file, read here with plain SELECTs; only the folding is the engine's.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import to_builtins
from msgspec.structs import asdict
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.pool import NullPool

from engine import chain
from engine.codec import packed
from engine.definition import Definition
from engine.definition_text import read_definition
from engine.evolve import replay
from engine.migrate import driver_url
from engine.moments import write_optional
from engine.open_items import open_items, wake
from engine.record import Struct
from engine.schema import case_row, definition, history, item, offer
from engine.schema import wake as wake_table
from engine.state import CaseState
from engine.state_text import decode_state

RECIPE = {
    "hash": "sha256, written as hexadecimal digits",
    "first": "prev of the first event = hash of 'anliu case {tenant} {case} {digest}'",
    "next": "hash = hash of '{prev}\\n{body}', where body is the stored text, byte for byte (UTF-8)",
}


def dump(url: str, path: Path) -> None:
    """Write the state of a database as one JSON file."""
    database = create_engine(driver_url(url), poolclass=NullPool)
    with database.connect() as connection:
        found = _found(connection)
    database.dispose()
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _found(connection: Connection) -> dict[str, object]:
    definitions = {
        row.digest: read_definition(row.body)
        for row in connection.execute(select(definition.c.digest, definition.c.body))
    }
    events = _events(connection)
    keys = {(each["case"], each["seq"]): each["key"] for each in events}
    cases = [_case(connection, row, definitions) for row in connection.execute(_ordered(case_row, "id"))]
    return {
        "recipe": RECIPE,
        "cases": cases,
        "tasks": [_task(row, keys) for row in connection.execute(_ordered(item, "case", "n"))],
        "offers": [
            f"{row.case}-{row.n}" for row in connection.execute(select(offer.c.case, offer.c.n).distinct())
        ],
        "events": events,
    }


def _ordered(table: Any, *columns: str) -> Any:
    return select(table).order_by(*(table.c[name] for name in columns))


def _events(connection: Connection) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    digests = {
        row.id: chain.genesis(row.tenant, row.id, row.digest) for row in connection.execute(select(case_row))
    }
    previous: dict[int, str] = digests
    for row in connection.execute(_ordered(history, "case", "revision")):
        found.append(
            {
                "case": row.case,
                "seq": row.revision,
                "key": row.key,
                "user": row.actor,
                "at": row.at,
                "prev": previous[row.case],
                "hash": row.hash,
                "body": row.body,
            }
        )
        previous[row.case] = row.hash
    return found


def _case(connection: Connection, row: Any, definitions: Mapping[str, Definition]) -> dict[str, object]:
    groups = connection.execute(
        select(history.c.body, history.c.private)
        .where(history.c.tenant == row.tenant, history.c.case == row.id)
        .order_by(history.c.revision)
    )
    stored = decode_state(row.state)
    replayed = replay(event for each in groups for event in chain.read_group(each.body, each.private))
    at = connection.execute(select(wake_table.c.at).where(wake_table.c.case == row.id)).scalar()
    open_now = open_items(definitions[row.digest], replayed)
    return {
        "id": row.id,
        "tenant": row.tenant,
        "digest": row.digest,
        "process": row.process,
        "number": row.number,
        "status": row.status,
        "revision": row.revision,
        "head": row.head,
        "tokens": [_token(token) for token in stored.tokens.values()],
        "blocks": [{"id": frame.id, "fork": frame.fork} for frame in stored.frames.values()],
        "state": _fields(stored),
        "wake": at,
        "replayed": {
            "state": _fields(replayed),
            "wake": write_optional(wake(replayed)),
            "open": {
                f"{row.id}-{n}": {"status": each.status.value, "holder": each.holder}
                for n, each in open_now.items()
            },
        },
    }


def _token(token: Any) -> dict[str, object]:
    return {"id": token.id, "node": token.node, "block": token.frame, "branch": token.branch}


def _fields(state: CaseState) -> dict[str, object]:
    """Return each part of a state so that equal ones are equal as JSON, whatever order they came in."""
    return {name: _plain(value) for name, value in asdict(state).items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, Struct):
        return to_builtins(packed(value))
    return value if isinstance(value, str | int | bool | None) else str(value)


def _task(row: Any, keys: Mapping[tuple[int, int], str | None]) -> dict[str, object]:
    return {
        "id": f"{row.case}-{row.n}",
        "case": row.case,
        "node": row.node,
        "step": row.step,
        "status": row.status,
        "who": row.holder,
        "closed": row.closed,
        "closed_by": row.closed_by,
        "closing_event": row.closing_revision,
        "closing_key": keys.get((row.case, row.closing_revision)) if row.closing_revision else None,
        "cause": row.cause,
    }
