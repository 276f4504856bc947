"""Steps, waits and blocks: names become numbers, lines become the parts of a node."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from dsl import procedure as surface
from dsl.citations import basis_of, obligations_of
from dsl.clauses import Deadline, DeadlineAt, Deemed, Issue, Overdue, Performers, SetValue
from dsl.context import BranchEntry, Context, Env
from dsl.elaborate import branch_element, condition
from dsl.expressions import Name, Ref
from dsl.lower_actions import actions, document_named, each_source, guard, joined, route, set_value
from dsl.lower_declarations import power_named
from dsl.lower_draws import draw
from dsl.lower_limits import form_named, limits
from dsl.lower_votes import countersign, outcomes_of_vote
from dsl.lower_waits import is_awaited_call, is_wait, wait
from dsl.performers import performers_of
from dsl.procedure import (
    After,
    AssistedBy,
    BackPolicy,
    Block,
    Countersign,
    Draw,
    Entered,
    Fill,
    Handler,
    Irrevocable,
    NeedsPower,
    NodeDecl,
    OnBack,
    OnRead,
    Outcomes,
    PerformedBy,
    ReadPolicy,
    Recusal,
    Require,
    Route,
    Show,
    Step,
    Undo,
    Verify,
)
from dsl.references import node_number, reference
from engine import definition as lowered
from engine.definition import Check, Node, Region
from engine.expressions import Expression


@dataclass(slots=True)
class Layout:
    """Nodes and regions of a process in the order in which they were written."""

    nodes: list[NodeDecl] = field(default_factory=list)
    region_of: list[int] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    members: dict[int, list[int]] = field(default_factory=dict)
    elements: dict[int, tuple[surface.Branch, ...]] = field(default_factory=dict)
    """Region -> the branches around it, outmost first."""
    inner: dict[tuple[int, int], int] = field(default_factory=dict)
    """(block, position of the branch) -> region."""


def lay_out(context: Context, main: Sequence[NodeDecl], handlers: Sequence[Handler]) -> Layout:
    """Number the nodes and regions, and file every name in the one namespace of the process."""
    layout = Layout()
    taken: dict[str, Name] = {}
    _region(context, layout, taken, main, None, None, ())
    for index, handler in enumerate(handlers):
        _take(context, taken, handler.name)
        region = _region(context, layout, taken, handler.nodes, None, None, (), index)
        context.nodes.handlers[handler.name.text] = region
    context.nodes.members = layout.members
    return layout


def _take(context: Context, taken: dict[str, Name], name: Name) -> bool:
    if name.text in taken:
        context.moves_lost = True  # it is not known which of the two is meant
        context.report.error(
            "N05",
            name.place,
            f"“{name.text}”重名",
            "步骤、并行、分支、随时的名称在一个规程里不得重复：改名",
        )
        return False
    taken[name.text] = name
    return True


def _region(
    context: Context,
    layout: Layout,
    taken: dict[str, Name],
    nodes: Sequence[NodeDecl],
    parent: int | None,
    owner: int | None,
    branches: tuple[surface.Branch, ...],
    handler: int | None = None,
) -> int:
    number = len(layout.regions)
    layout.regions.append(Region((), parent, owner, handler))
    layout.members[number] = []
    layout.elements[number] = branches
    for node in nodes:
        index = len(layout.nodes)
        layout.nodes.append(node)
        layout.region_of.append(number)
        layout.members[number].append(index)
        if _take(context, taken, node.name):
            context.nodes.numbers[node.name.text] = index
        if isinstance(node, Block):
            for position, branch in enumerate(node.branches):
                inner = _region(context, layout, taken, branch.nodes, number, index, (*branches, branch))
                layout.inner[index, position] = inner
                if _take(context, taken, branch.name):
                    context.nodes.branches[branch.name.text] = _entry(branch, index, position, inner)
        else:
            outcomes = context.nodes.outcomes[index] = _outcomes(node)
            _file_outcomes(context, node, outcomes)
    layout.regions[number] = Region(tuple(layout.members[number]), parent, owner, handler)
    return number


def _entry(branch: surface.Branch, block: int, position: int, region: int) -> BranchEntry:
    if branch.each is None:
        return BranchEntry(block, position, region, None, ())
    ref = branch.each if isinstance(branch.each, Ref) else branch.each.items
    return BranchEntry(block, position, region, ref.last.text, tuple(part.text for part in ref.parts))


def _outcomes(step: Step) -> tuple[str, ...]:
    named = tuple(
        member.text for line in step.properties if isinstance(line, Outcomes) for member in line.members
    )
    return named or (lowered.CALLED if is_awaited_call(step) else outcomes_of_vote(step))


def _file_outcomes(context: Context, step: Step, outcomes: tuple[str, ...]) -> None:
    """The conditions of a form may ask for the 结论 of the step in which it is filled."""
    for line in step.properties:
        if isinstance(line, Fill):
            for ref in line.forms:
                known = context.nodes.asked_with.get(ref.parts[0].text, ())
                context.nodes.asked_with[ref.parts[0].text] = tuple(dict.fromkeys((*known, *outcomes)))


def region_env(context: Context, branches: tuple[surface.Branch, ...]) -> Env:
    """Return what words mean inside the branches: the element of each instance branch."""
    env = Env()
    for branch in branches:
        if branch.each is not None:
            ref = branch.each if isinstance(branch.each, Ref) else branch.each.items
            path = tuple(part.text for part in ref.parts)
            element = branch_element(context, path)
            elements = {**env.elements, ref.last.text: element}
            env = Env(elements, {**env.paths, path: ref.last.text})
    return env


def lower_nodes(context: Context, layout: Layout) -> tuple[Node, ...]:
    """Lower every node; those of the same number stand in the same order."""
    nodes: list[Node] = []
    for index, node in enumerate(layout.nodes):
        region = layout.region_of[index]
        env = region_env(context, layout.elements[region])
        made: Node
        match node:
            case Block():
                made = _block(
                    context, node, [layout.inner[index, at] for at in range(len(node.branches))], region, env
                )
            case Step():
                own = Env(env.elements, env.paths, outcomes=context.nodes.outcomes[index] or None)
                made = (
                    wait(context, node, region, own)
                    if is_wait(node)
                    else _step(context, node, index, region, own)
                )
        nodes.append(context.places.note(made, node.name.place))
    return tuple(nodes)


# ---- steps


@dataclass(slots=True)
class _People:
    performers: tuple[lowered.Performer, ...] = ()
    assistants: tuple[lowered.Performer, ...] = ()
    entered_by: tuple[lowered.Performer, ...] = ()
    proof: tuple[str, ...] = ()
    external: bool = False
    countersign: lowered.Countersign | None = None
    recusals: tuple[lowered.Recusal, ...] = ()
    power: lowered.PowerNeed | None = None


@dataclass(slots=True)
class _Work:
    fills: tuple[str, ...] = ()
    shows: tuple[Expression, ...] = ()
    issues: tuple[str, ...] = ()
    requires: tuple[Check, ...] = ()
    verifies: tuple[Check, ...] = ()
    sets: tuple[lowered.SetData | lowered.SetField, ...] = ()
    routes: tuple[tuple[lowered.Arm, ...], ...] = ()
    after: lowered.Actions | None = None
    undo: lowered.Actions | None = None
    irrevocable: bool = False
    on_read: lowered.ReadPolicy = lowered.ReadPolicy.FORBID
    draws: tuple[lowered.Draw, ...] = ()


_ON_READ = {
    ReadPolicy.FORBID: lowered.ReadPolicy.FORBID,
    ReadPolicy.ASK: lowered.ReadPolicy.ASK,
    ReadPolicy.ALLOW: lowered.ReadPolicy.ALLOW,
}


def _step(context: Context, step: Step, index: int, region: int, env: Env) -> lowered.Step:
    people, work = _people(context, step, env), _work(context, step, env)
    time = limits(context, step.name.text, step.properties, env)
    return lowered.Step(
        step.name.text,
        region,
        people.performers,
        people.assistants,
        people.external,
        people.entered_by,
        people.proof,
        work.fills,
        work.shows,
        context.nodes.outcomes[index],
        guard(context, step.condition, env),
        work.requires,
        work.verifies,
        people.power,
        people.recusals,
        people.countersign,
        time.deadlines,
        time.reminders,
        time.overdue,
        time.extensions,
        work.sets,
        work.issues,
        work.routes,
        work.after,
        work.undo,
        work.irrevocable,
        basis_of(step.properties),
        obligations_of(step.properties),
        work.on_read,
        work.draws,
    )


def _people(context: Context, step: Step, env: Env) -> _People:
    found = _People()
    for line in step.properties:
        match line:
            case PerformedBy(performers):
                found.performers += performers_of(context, performers, env, seated=True)
                found.external = found.external or _is_external(context, performers)
            case AssistedBy(performers):
                found.assistants += performers_of(context, performers, env, seated=True)
            case Entered(performers, proof):
                found.external = True
                found.entered_by += performers_of(context, performers, env, seated=True)
                found.proof += tuple(name.text for name in proof if _is_paper(context, name))
            case Countersign():
                found.countersign = countersign(context, step, line, env)
            case Recusal(refs):
                found.recusals += tuple(each for ref in refs for each in _recusal(context, ref, env))
            case NeedsPower(power, otherwise):
                power_named(context, power)
                found.power = lowered.PowerNeed(power.text, actions(context, otherwise, env))
            case _:
                pass
    return found


def _is_external(context: Context, performers: Performers) -> bool:
    names = [name for each in performers.members if (name := getattr(each, "role", None)) is not None]
    roles = [context.scope.roles.get(name.text) for name in names]
    return any(role is not None and role.external for role in roles)


def _is_paper(context: Context, name: Name) -> bool:
    """A paper is a form, or a document of ours to which it answers."""
    if name.text in context.scope.documents:
        return document_named(context, name)
    return form_named(context, name) is not None


def _recusal(context: Context, ref: Ref, env: Env) -> list[lowered.Recusal]:
    if (
        len(ref.parts) == 1
        and ref.parts[0].text not in context.data
        and ref.parts[0].text not in env.elements
    ):
        node = node_number(context, ref.parts[0])
        return [] if node is None else [context.places.note(lowered.Recusal(node), ref.place)]
    party = reference(context, ref, env)
    return [context.places.note(lowered.Recusal(None, party.expression), ref.place)]


def _work(context: Context, step: Step, env: Env) -> _Work:
    found = _Work()
    for line in step.properties:
        match line:
            case Fill(forms):
                found.fills += tuple(name for ref in forms if (name := _form(context, ref)) is not None)
            case Show(refs):
                found.shows += tuple(reference(context, ref, env).expression for ref in refs)
            case Issue(documents):
                found.issues += tuple(name.text for name in documents if document_named(context, name))
            case Require(written, message):
                check = Check(condition(context, written, env), message)
                found.requires += (context.places.note(check, line.place),)
            case Verify(written, message):
                check = Check(condition(context, written, env), message)
                found.verifies += (context.places.note(check, line.place),)
            case SetValue():
                made = set_value(context, line, env)
                found.sets += () if made is None else (context.places.note(made, line.place),)
            case Route():
                found.routes += (route(context, line, env),)
            case After(written):
                found.after = joined(context, found.after, actions(context, written, env), line.place)
            case Undo(written):
                found.undo = joined(context, found.undo, actions(context, written, env), line.place)
            case Draw():
                made_draw = draw(context, line, env)
                found.draws += () if made_draw is None else (made_draw,)
            case Irrevocable():
                found.irrevocable = True
            case OnRead(policy):
                found.on_read = _ON_READ[policy]
            case _:
                pass
    return found


def _form(context: Context, ref: Ref) -> str | None:
    name = form_named(context, ref.parts[0])
    if len(ref.parts) > 1:
        context.report.error(
            "K09",
            ref.place,
            f"“填写”后面写整张表单，不能只写字段“{ref.text}”",
            f"写成“填写 {ref.parts[0].text}”",
        )
    return name


# ---- blocks


def _block(context: Context, block: Block, inner: Sequence[int], region: int, env: Env) -> lowered.Block:
    branches = tuple(_branch(context, *pair, env) for pair in zip(block.branches, inner, strict=True))
    after: lowered.Actions | None = None
    routes: tuple[tuple[lowered.Arm, ...], ...] = ()
    on_back = BackPolicy.WITHDRAW_ALL
    for line in block.properties:
        match line:
            case Route():
                routes += (route(context, line, env),)
            case After(written):
                after = joined(context, after, actions(context, written, env), line.place)
            case OnBack(policy):
                on_back = policy
            case Deadline() | DeadlineAt() | Overdue() | Deemed():
                context.report.error(
                    "T11",
                    line.place,
                    f"汇合“{block.name.text}”不能有自己的时限：并行没有承办人，逾期追不到谁",
                    f"写成总时限：总时限 名称 期限 自 启动 至 {block.name.text}，或把时限写在分支的步骤上",
                )
            case _:
                pass
    return lowered.Block(
        block.name.text,
        region,
        branches,
        block.first if isinstance(block.first, int) else None,
        block.cancel_rest,
        lowered.BackPolicy(on_back.value),
        routes,
        after,
        (block.first.numerator, block.first.denominator) if isinstance(block.first, Fraction) else None,
    )


def _branch(context: Context, branch: surface.Branch, region: int, env: Env) -> lowered.Branch:
    opened = guard(context, branch.condition, env)
    if branch.each is None:
        made = lowered.Branch(branch.name.text, region, opened)
    else:
        found = each_source(context, branch.each, env)
        items = None if found is None else found[0]
        variable = None if found is None else found[2]
        made = lowered.Branch(branch.name.text, region, opened, items, variable, branch.growing)
    return context.places.note(made, branch.name.place)
