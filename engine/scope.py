"""What an expression may read of a case; the state answers, expressions never look for themselves."""

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Protocol

from engine.calendar import Calendar
from engine.expressions import CaseFact, DocumentFact, NodeFact
from engine.rules import Conclusion
from engine.tables import Decision
from engine.values import Record, Value


class Scope(Protocol):
    """One case, or one instance of a branch of it, at the moment of a command."""

    @property
    def today(self) -> date:
        """Local day of the command."""

    @property
    def zone(self) -> tzinfo:
        """The tenant's time zone."""

    @property
    def calendar(self) -> Calendar:
        """Working days."""

    def form(self, form: str) -> Record | None:
        """Return the latest submission of a form; None when it was never submitted."""

    def field(self, form: str, field: str) -> Value:
        """Return a field of the latest submission; None when missing."""

    def data(self, name: str) -> Value:
        """Return process data."""

    def element(self, variable: str) -> Value:
        """Return the element of the instance branch or trigger walked over; quantifiers bind their own."""

    def parameter(self, name: str, day: date) -> Value:
        """Return the administrator's figure for a local parameter on a day; None: the definition's counts."""

    def case_fact(self, fact: CaseFact) -> Value:
        """Return a fact of the case."""

    def node_fact(self, node: int, fact: NodeFact) -> Value:
        """Return a fact of a node's latest valid round."""

    def document_fact(self, document: str, fact: DocumentFact) -> Value:
        """Return a fact of the document issued last under a name; None when there is none."""

    def outcome(self) -> Value:
        """Return the outcome chosen in the step that is being completed."""

    def linked_closed(self, process: str) -> bool:
        """Tell whether every case of that process triggered from here has ended."""

    def instances(self, node: int, branch: int) -> "Sequence[tuple[Scope, Value]]":
        """Return the instances of a branch: the scope inside each, and its element."""

    def attribute(self, unit: Value, name: str) -> Value:
        """Return an attribute of a unit in the organisation register; None when unknown."""

    def unit_of(self, person: Value) -> Value:
        """Return the unit of a person, the first of several; None when unknown."""

    def certificate_of(self, person: Value) -> Value:
        """Return the number of a person's certificate; None when there is none."""

    def decided(self, name: str, answer: Decision | Conclusion) -> None:
        """Be told what a table or rule answered and why (for the audit)."""
