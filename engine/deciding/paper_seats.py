"""The seats of a step for the papers it issues: 核稿, then 会签, then 签发."""

from engine.definition import Definition, Performer, Step
from engine.marking import SeatPart
from engine.signing import signed_apart


def paper_seats(definition: Definition, step: Step) -> tuple[tuple[SeatPart, tuple[Performer, ...]], ...]:
    """Return the seats of a step for the papers it issues: each part with those who may take it, in order."""
    papers = [each for each in definition.documents if each.name in step.issues]
    review = dict.fromkeys(each.reviewed_by for each in papers if each.reviewed_by)
    concur = dict.fromkeys((who,) for each in papers for who in each.cosigned_by)
    return (
        *((SeatPart.REVIEW, who) for who in review),
        *((SeatPart.CONCUR, who) for who in concur),
        *((SeatPart.ISSUE, who) for who in signed_apart(definition, step)),
    )
