"""Keeping the papers that a command issues: nothing is recorded when one of them is wrong."""

from collections.abc import Sequence

from engine import statements
from engine.documents.issuing import DOCX, Made
from engine.documents.lint import Severity
from engine.edge_refusals import PaperDoubtful, PaperWrong
from engine.events import Acted, DocumentIssued, Event
from engine.moments import write_moment
from engine.store import Unit
from engine.town import Town


def filed(town: Town, unit: Unit, made: Sequence[Made], events: Sequence[Event]) -> tuple[Event, ...]:
    """Store the papers of a group of events and return the group with their digests.

    Raises:
        PaperWrong: a paper has an error; PaperDoubtful: it has a warning, and no reason was given.
    """
    acted = events[0]
    assert isinstance(acted, Acted), acted
    require_sound(made, acted.reason)
    for each in made:
        sha256, size = town.files.add(each.content, each.file_name)
        assert sha256 == each.event.sha256, each.event
        unit.write(
            statements.add_file,
            sha256=sha256,
            name=each.file_name,
            media_type=DOCX,
            size=size,
            at=write_moment(acted.at),
            actor=acted.by,
        )
    events_made = {each.event.id: each.event for each in made}
    return tuple(events_made[event.id] if isinstance(event, DocumentIssued) else event for event in events)


def require_sound(made: Sequence[Made], reason: str) -> None:
    """Refuse papers with errors, and those with warnings for which nobody gives a reason."""
    found = [(each.event.document, finding) for each in made for finding in each.findings]
    wrong = [(name, finding) for name, finding in found if finding.severity is Severity.ERROR]
    if wrong:
        raise PaperWrong(wrong[0][0], tuple(finding.sentence for _, finding in wrong))
    if found and not reason.strip():
        raise PaperDoubtful(found[0][0], tuple(finding.sentence for _, finding in found))
