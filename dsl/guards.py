"""Conditions where they are come to: those that never or always hold, 前提 and 核对 that nobody can meet.

Each is judged in every state that the data analysis found possible there.
"""

from dataclasses import dataclass

from dsl.damage import damage
from dsl.lower import Lowered
from dsl.reached import Reached
from dsl.report import Report
from dsl.source import Place
from dsl.traces import Ways
from dsl.variables import Known, State, Variables, key_of
from dsl.walk import parts
from dsl.writers import regions_inside
from engine.definition import Arm, Block, Check, Definition, SetData, Step, Wait
from engine.expressions import Expression


def check_guards(
    process: Lowered, variables: Variables, reached: Reached, ways: Ways, report: Report
) -> None:
    """Check every condition in the states in which it is come to."""
    judge = _Judge(process, process.definition, variables, reached, ways, report)
    judge.arms()
    judge.skips()
    judge.required()
    judge.verified()


@dataclass(frozen=True, slots=True)
class _Judge:
    process: Lowered
    definition: Definition
    variables: Variables
    reached: Reached
    ways: Ways
    report: Report

    def name(self, node: int) -> str:
        return self.definition.nodes[node].name

    # ---- 若

    def arms(self) -> None:
        """Report conditions that never hold, and those that hold so surely that the rest of the chain is dead."""
        for node, arm, possible, avoidable in self.reached.arms.values():
            if arm.condition is None:
                continue
            place = self.process.place_of(arm)
            if not possible:
                self.never(place, f"“{self.name(node)}”的这个条件", node)
            elif not avoidable and self.is_first(node, arm):
                self.always(place, f"“{self.name(node)}”的这个条件", node)

    def is_first(self, node: int, arm: Arm) -> bool:
        return any(chain[0] is arm for chain in self.definition.nodes[node].routes)

    def skips(self) -> None:
        """Judge the conditions of steps and branches."""
        for number, node in enumerate(self.definition.nodes):
            state = self.reached.arrivals.get(number, {})
            if not state:
                continue
            if isinstance(node, Block):
                for branch in node.branches:
                    where = self.process.places.of(branch) or self.process.layout.nodes[number].name.place
                    self.guard(branch.guard, state, where, f"分支“{branch.name}”的条件", number)
            elif isinstance(node, Step | Wait):
                where = self.process.layout.nodes[number].name.place
                self.guard(node.skip_unless, state, where, f"步骤“{node.name}”的条件", number)

    def guard(self, condition: Expression | None, state: State, place: Place, what: str, node: int) -> None:
        if condition is None:
            return
        found = [self.variables.holds(condition, valuation, known) for valuation, known in state.items()]
        if all(each is False for each in found):
            self.never(place, what, node)
        elif all(each is True for each in found):
            self.always(place, what, node)

    def never(self, place: Place, what: str, node: int) -> None:
        self.report.warning(
            "C24",
            place,
            f"{what}永远不成立",
            "检查前面的步骤是否已经排除了这种情况，或删去这一行",
            witness=self.ways.to(node),
        )

    def always(self, place: Place, what: str, node: int) -> None:
        self.report.warning(
            "C29",
            place,
            f"{what}总是成立",
            "走到这里时没有别的可能：删去条件，或检查是否写错了值",
            witness=self.ways.to(node),
        )

    # ---- 前提, 核对

    def required(self) -> None:
        """前提 that no state on arrival meets, or that one does not meet and nothing beside can change."""
        for number, step in enumerate(self.definition.nodes):
            if not isinstance(step, Step) or self.has_other_way(number, step):
                continue
            for check in step.requires:
                self.requirement(number, check)

    def has_other_way(self, number: int, step: Step) -> bool:
        """A limit that moves on, or a handler, may end the waiting."""
        late = any(rung.actions.move is not None or rung.deemed is not None for rung in step.overdue)
        beside = any(
            each.scope_region == step.region and (not each.scope or number in each.scope)
            for each in self.definition.handlers
        )
        return late or beside

    def requirement(self, number: int, check: Check) -> None:
        state, keys = self.reached.arrivals.get(number, {}), self.reached.beside.get(number, frozenset())
        named = {key_of(part) for part in parts(check.condition)} - {None}
        if not state or named & keys:
            return
        gained = self.bits_beside(number)
        for valuation, known in self.missing_skipped(number, state).items():
            later = Known(known.must, known.may | gained)
            if self.variables.holds(check.condition, valuation, later) is False:
                self.report.error(
                    "C30",
                    self.process.place_of(check),
                    f"走到“{self.name(number)}”时前提可能不成立，以后也不会成立，案件就停在那里",
                    "让每条路径都先满足它，或在前面用“若”转到别处；本步骤填写的内容写“核对”",
                    witness=self.ways.to(number),
                )
                return

    def missing_skipped(self, number: int, state: State) -> State:
        """The states in which the step is not skipped."""
        node = self.definition.nodes[number]
        condition = node.skip_unless if isinstance(node, Step | Wait) else None
        return {
            valuation: known
            for valuation, known in state.items()
            if self.variables.holds(condition, valuation, known) is not False
        }

    def bits_beside(self, number: int) -> int:
        """What sibling branches and handlers may write while the case stands at a node."""
        regions = {each.region for each in self.definition.handlers}
        region: int | None = self.definition.nodes[number].region
        while region is not None and self.definition.regions[region].owner is not None:
            owner = self.definition.nodes[self.definition.regions[region].owner or 0]
            regions |= {each.region for each in getattr(owner, "branches", ()) if each.region != region}
            region = self.definition.regions[region].parent
        bits = 0
        for inside in {each for region in regions for each in regions_inside(self.definition, region)}:
            for other in self.definition.regions[inside].nodes:
                bits |= self.variables.bit("node", str(other)) | self.bits_written(other)
        return bits

    def bits_written(self, number: int) -> int:
        bits = 0
        for part in parts(self.definition.nodes[number]):
            if isinstance(part, Step):
                for form in part.fills:
                    bits |= self.variables.bit("form", form)
            elif isinstance(part, SetData):
                bits |= self.variables.bit("data", part.name)
        return bits

    def verified(self) -> None:
        """核对 that nothing that can be filled in meets."""
        early = damage(self.report.findings, "D01")
        for node, check, possible in self.reached.checks.values():
            if not possible and not early.within(self.process.place_of(check)):
                self.report.error(
                    "C30",
                    self.process.place_of(check),
                    f"“{self.name(node)}”的核对无论怎样填写都不成立，这一步永远交不上",
                    "改核对的条件，或让前面的步骤先满足它",
                    witness=self.ways.to(node),
                )
