"""What callers hand in, turned into what commands need: accounts, moments, items, cases, forms, files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from engine import statements
from engine.commands import SYSTEM, Act
from engine.definition import Definition
from engine.edge_refusals import MomentImpossible, NotFound, UnknownAccount
from engine.graph import graph_of
from engine.raw_values import Reader
from engine.store import Session
from engine.town import Town
from engine.values import FileRef

_ITEM_ID = re.compile(r"(\d{1,18})-(\d{1,18})")
Moment = datetime | date | str
"""A declared moment: a day counts from its beginning, a naive time is local, text is ISO 8601."""


@dataclass(frozen=True, slots=True)
class Given:
    """Reads what callers of one town hand in."""

    town: Town

    def require_account(self, by: str, acting_for: str | None) -> None:
        """Refuse an account that is unknown or deactivated.

        Raises:
            UnknownAccount
        """
        for account in (by, acting_for):
            if account is None or account == SYSTEM:
                continue
            if account not in self.town.directory.people or account in self.town.loaded.inactive:
                raise UnknownAccount(account)

    def reader(self, definition: Definition) -> Reader:
        """Return what reads values for the forms of a definition."""
        return Reader(graph_of(definition), self.town.zone, self.find_file)

    def find_file(self, sha256: str) -> FileRef:
        """Return a stored file.

        Raises:
            NotFound
        """
        row = Session(self.town.store, self.town.tenant).one(statements.read_file, sha256=sha256)
        if row is None:
            raise NotFound("附件", sha256[:12])
        return FileRef(sha256, row[0], row[2], row[1])

    def act(
        self,
        by: str,
        acting_for: str | None,
        reason: str,
        basis: str,
        occurred_at: Moment | None,
        files: Sequence[FileRef | str],
    ) -> Act:
        """Return who acts, for whom, why, and when it really happened."""
        hashes = tuple(each.sha256 if isinstance(each, FileRef) else each for each in files)
        return Act(by, acting_for, reason, basis, self._occurred(occurred_at), hashes)

    def _occurred(self, given: Moment | None) -> datetime | None:
        """Read when something is said to have happened.

        Raises:
            MomentImpossible: it cannot be read, or lies in the future.
        """
        moment = self.moment(given)
        if moment is not None and moment > self.town.now:
            raise MomentImpossible(f"{moment.astimezone(self.town.zone):%Y-%m-%d %H:%M}")
        return moment

    def moment(self, given: Moment | None) -> datetime | None:
        """Read a moment: a day counts from its beginning, a naive time is local.

        Raises:
            MomentImpossible: it cannot be read.
        """
        if given is None or given == "":
            return None
        try:
            moment = datetime.fromisoformat(given) if isinstance(given, str) else given
        except ValueError:
            raise MomentImpossible(str(given)) from None
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.town.zone)
        return moment.astimezone(UTC)

    def item_id(self, id: str) -> tuple[int, int]:
        """Return case and number of "12-5".

        Raises:
            NotFound
        """
        found = _ITEM_ID.fullmatch(id)
        if found is None:
            raise NotFound("待办", id)
        return int(found.group(1)), int(found.group(2))

    def target(self, target: str | int) -> tuple[int, int | None]:
        """Return case and number of an item, or a case (by id or number) and None."""
        if isinstance(target, str) and (found := _ITEM_ID.fullmatch(target)):
            return int(found.group(1)), int(found.group(2))
        return self.case_id(target), None

    def case_id(self, id: int | str) -> int:
        """Return the id of a case given by id or number.

        Raises:
            NotFound
        """
        if isinstance(id, int):
            return id
        row = Session(self.town.store, self.town.tenant).one(statements.case_of_number, number=id)
        if row is not None:
            return int(row[0])
        if id.isascii() and id.isdecimal() and len(id) < 19:
            return int(id)
        raise NotFound("案件", id)
