"""迁移: a running case goes over to another version of its definition, if everything it has open has an image there.

`plan` lists every token, open seat, clock, held form and draft with its image; `migrate` carries it out only when
nothing is without one and the new definition can finish from where the case then stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.commands import Migrate
from engine.deciding.cases import require_administrator
from engine.deciding.draft import Draft
from engine.deciding.finding import require_open
from engine.deciding.migration_forms import drafts_kept, forms_held
from engine.deciding.migration_places import places
from engine.deciding.migration_work import computed
from engine.events import CaseMigrated, Notified
from engine.graph import graph_of, recurrence_of
from engine.open_items import open_items
from engine.refusals import MigrationForbidden
from engine.version_images import VersionImages, images_between
from engine.views import ImageRow


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """What a migration would do: each open thing with its image; `event` is None when something has none."""

    rows: tuple[ImageRow, ...]
    event: CaseMigrated | None

    @property
    def faults(self) -> tuple[str, ...]:
        """What stands against it, one sentence each."""
        return tuple(f"{row.kind}“{row.name}”{row.fault}" for row in self.rows if row.fault)


def migrate(draft: Draft, command: Migrate) -> None:
    """Put the case under the other version; those who hold work are told.

    Raises:
        NotAllowed, ReasonMissing, CaseNotOpen
        MigrationForbidden: everything that has no image, at once.
    """
    require_administrator(draft, "迁移")
    planned = plan(draft, command)
    if planned.event is None:
        raise MigrationForbidden(planned.faults)
    draft.emit(planned.event)
    draft.go_over_to(graph_of(command.definition))
    items = open_items(draft.definition, draft.state)
    held = tuple(number for number, item in items.items() if item.holder is not None)
    if held:
        version = f"“{draft.definition.name}”{draft.definition.version}版"
        draft.emit(Notified((), f"{draft.state.number}改按规程{version}办理：{draft.act.reason}", items=held))


def plan(draft: Draft, command: Migrate) -> MigrationPlan:
    """List what the case has open with its image in the other version. Nothing is changed.

    Raises:
        CaseNotOpen
    """
    require_open(draft.state)
    images = images_between(draft.definition, command.definition, dict(command.renamed))
    new = graph_of(command.definition)
    rows = [*_whole(draft, command, images), *places(draft, new, images)]
    rows += [*forms_held(draft, new), *drafts_kept(command.drafts, draft, new, images)]
    if any(row.fault for row in rows):
        return MigrationPlan(tuple(rows), None)
    event, more = computed(draft, command, new, images)
    possible = not any(row.fault for row in more)
    return MigrationPlan((*rows, *more), event if possible else None)


def _whole(draft: Draft, command: Migrate, images: VersionImages) -> Iterator[ImageRow]:
    definition, other, state = draft.definition, command.definition, draft.state
    title = f"{definition.version}版"
    for fault in images.faults:
        yield ImageRow("规程", title, fault=fault)
    if command.origin == command.target:
        yield ImageRow("规程", title, fault="案件已经按这一版办理")
    elif definition.name != other.name:
        yield ImageRow("规程", title, fault=f"“{other.name}”是另一个规程")
    elif (recurrence_of(definition) is None) != (recurrence_of(other) is None):
        yield ImageRow("规程", title, fault="例行事项和一般规程不能互相迁移")
    else:
        yield ImageRow("规程", title, f"{other.version}版")
    for proposal in state.proposals.values():
        yield ImageRow("待核准事项", proposal.operation, fault="请先核准或不核准")
    for plea in state.pleas.values():
        yield ImageRow("撤回申请", draft.graph.node(plea.node).name, fault="请先答复")
