"""Work on the steps of a case, folded from its events: when it was to be done, when it was, who was told when it was not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.recount.exported import ExportedCase, Json, moment

TELLING = frozenset({"Escalated", "Notified", "TaskUrged", "CaseTriggered", "Cleared"})
"""Events by which somebody hears of it: upwards, sideways, to himself, by a case about it, or by taking it out of his hands."""
ENDINGS = frozenset({"CaseFinished", "CaseTerminated", "CaseWithdrawn", "CaseVoided"})


@dataclass
class Activation:
    """One time that a step was reached."""

    reached: datetime
    node: int
    key: str
    round: int
    due: datetime | None
    whole_days: bool
    done: datetime | None = None
    outcome: str | None = None
    open: bool = True
    valid: bool = True  # False: undone by a return; done it was all the same
    fired: list[datetime] = field(default_factory=list)  # when the ladder of being overdue went off
    told: bool = False

    def late(self, moment: datetime) -> bool:
        """Tell whether its limit is over: one of days with its last day, one of hours a moment later."""
        if self.due is None:
            return False
        return moment >= self.due if self.whole_days else moment > self.due

    @property
    def stands(self) -> bool:
        """Whether it is being worked on, or its result still counts."""
        return self.open or (self.valid and self.done is not None)


def activations(case: ExportedCase) -> dict[int, Activation]:
    """Return every activation of a case by its id."""
    found: dict[int, Activation] = {}
    for group in case.groups:
        fired = [each for each in (_apply(found, event, group.at) for event in group.events) if each]
        kinds = {event["kind"] for event in group.events}
        for each in fired:
            each.told = each.told or bool(kinds & TELLING)
        if kinds & ENDINGS:
            for each in found.values():
                each.open = False
    return found


def _apply(found: dict[int, Activation], event: Json, at: datetime) -> Activation | None:
    undone = [(node, key) for node, key in event.get("undone", ())]
    for each in found.values():
        each.valid = each.valid and (each.node, each.key) not in undone
    match event["kind"]:
        case "Activated":
            new, running = event["activation"], event["activation"].get("running")
            due, days = _due(running), running is not None and running["whole_days"]
            found[new["id"]] = Activation(at, new["node"], new["key"], new["round"], due, days)
        case "DueMoved" if event["activation"] in found:
            known, running = found[event["activation"]], event["running"]
            known.due, known.whole_days = _due(running), running is not None and running["whole_days"]
        case "StepCompleted" if event["activation"] in found:
            known = found[event["activation"]]
            known.done, known.outcome, known.open = moment(event["at"]), event["outcome"], False
        case "Cleared" | "Recalled":
            for number in event["activations"]:
                found[number].open = False
        case "WaitMet" if event["activation"] in found:
            found[event["activation"]].open = False
        case "TimerFired" if event["timer"] == "overdue" and event["activation"] in found:
            known = found[event["activation"]]
            known.fired.append(at)
            return known
        case _:
            pass
    return None


def _due(running: Json | None) -> datetime | None:
    due = None if running is None else running.get("due")
    return None if due is None else moment(due)


def silently_overdue(case: ExportedCase, now: datetime) -> Iterator[tuple[str, Activation]]:
    """Yield the work that is or was overdue and of which nobody was told: (step, activation).

    What was done in the moment in which it was reached never lay with anybody.
    """
    for each in activations(case).values():
        ended = each.done or (now if each.open else None)
        if each.due is None or ended is None or ended == each.reached:
            continue
        if ended > each.due and not each.told:
            yield str(case.node(each.node)["name"]), each
