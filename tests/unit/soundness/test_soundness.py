"""What the soundness check says of a definition; every example is also tried marking by marking."""

from dataclasses import replace

import pytest

from engine.definition import (
    Actions,
    Arm,
    BackPolicy,
    Block,
    ByHand,
    Countersign,
    Definition,
    Goto,
    Handler,
    Region,
    Reopen,
)
from engine.expressions import Among, Compare, Comparison, Expression, Literal, Or, OutcomeRef
from engine.soundness import ProblemKind, Verdict, check
from engine.values import Kind, Type
from tests.properties.explorer import Explorer
from tests.unit.soundness.build import ABORT, FINISH, JOIN, MAYBE, RESUME, H, P, S, W, back, define, to

ALL_MARKINGS = 20_000


def refused(definition: Definition, kind: ProblemKind, *names: str) -> Verdict:
    """Expect exactly these nodes to have this problem and no other problem."""
    verdict = check(definition)
    assert not verdict.sound
    found = [
        (each.kind, None if each.node is None else definition.nodes[each.node].name)
        for each in verdict.problems
    ]
    assert found == [(kind, name) for name in names]
    return verdict


def accepted(definition: Definition) -> None:
    assert check(definition) == Verdict(sound=True)
    assert Explorer(definition).is_sound(ALL_MARKINGS) is True


def is_unsound(definition: Definition) -> Definition:
    """Confirm by every marking that a definition is unsound."""
    assert Explorer(definition).is_sound(ALL_MARKINGS) is False
    return definition


# ---- one region


def test_依次进行到底的流程是健全的() -> None:
    accepted(define(S("登记"), S("整改"), S("复查", (FINISH,), only=True)))


def test_退回再整改的流程是健全的() -> None:
    accepted(
        define(S("整改"), S("复查", (back("整改", 2, over=to("处罚")),)), S("处罚", (FINISH,), only=True))
    )


def test_走不到的步骤() -> None:
    flow = is_unsound(define(S("登记", (to("复查"),), only=True), S("整改"), S("复查")))
    verdict = refused(flow, ProblemKind.UNREACHABLE, "整改")
    assert (verdict.reason, verdict.witness) == (
        "“整改”永远走不到：走到“登记”的案件都转到了别处",
        ("登记",),
    )


def test_没有尽头的循环并给出最短的经过() -> None:
    loop = is_unsound(define(S("登记", (FINISH, to("整改"))), S("整改"), S("复查", (to("整改"),), only=True)))
    verdict = refused(loop, ProblemKind.NO_WAY_OUT, "整改")
    assert (verdict.reason, verdict.witness) == (
        "“整改”出发永远不能办结：只在“整改”、“复查”之间来回",
        ("登记", "整改"),
    )


def test_逾期的去向也是出路() -> None:
    accepted(define(S("整改", (to("整改"),), only=True, late=to("督办")), S("督办")))


def test_没有职权时的去向() -> None:
    accepted(define(S("处罚", powerless=to("移送")), S("决定", (FINISH,), only=True), S("移送")))
    accepted(define(S("处罚", (FINISH,), only=True, needs_power=True), S("移送")))


def test_条件不成立时跳过的步骤不能靠跳过离开() -> None:
    stuck = define(S("讨论", (back("讨论", 1),), only=True, own={"skip_unless": MAYBE}), S("决定"))
    refused(is_unsound(stuck), ProblemKind.ONLY_BY_RETURN, "讨论")


def test_限次的退回用尽后没有去路() -> None:
    used_up = define(S("登记", (FINISH,)), S("整改", (back("登记", 2),), only=True))
    verdict = refused(is_unsound(used_up), ProblemKind.ONLY_BY_RETURN, "整改")
    assert "次数用尽" in verdict.reason


def test_超过之后又回到原地等于没有去路() -> None:
    again = define(S("登记", (FINISH,)), S("整改", (back("登记", 2, over=to("整改")),), only=True))
    refused(is_unsound(again), ProblemKind.ONLY_BY_RETURN, "整改")


def test_只会走一次的限次退回是出路() -> None:
    """Nothing leads back to it, so that its limit is never used up."""
    accepted(define(S("初审", (back("发证", 1),), only=True), S("发证", (FINISH,), only=True)))


@pytest.mark.parametrize(("times", "sound"), [(1, True), (2, False)])
def test_只有靠另一个限次的退回才会再来的_比较两者的次数(times: int, sound: bool) -> None:
    """补正 may go back once, and is come to as often as 受理 may send there."""
    flow = define(
        S("登记", (to("受理"),), only=True),
        S("补正", (back("受理", 1),), only=True),
        S("受理", (FINISH, back("补正", times)), only=True),
    )
    assert check(flow).sound is sound


def test_整个并行再来一次_里面限次的退回就用尽了() -> None:
    """The branch comes to its end by the return alone, but from there the block begins again without another."""
    branch = (S("核对", (back("签收", 1, over=to("核对")),), only=True), S("签收", (JOIN,), only=True))
    once = define(P("会审", (branch, (S("会签"),))), S("归档", (FINISH,), only=True))
    assert check(once).sound
    again = define(P("会审", (branch, (S("会签"),))), S("归档", (FINISH, to("会审")), only=True))
    refused(is_unsound(again), ProblemKind.ONLY_BY_RETURN, "核对")


def test_从并行转回并行自己的一步_退回以后就不会再走() -> None:
    """Only 核对 begins the block again, and behind 签收 nobody stands there; a sibling may at any time."""
    branch = (S("核对", (back("签收", 1), to("会审")), only=True), S("签收", (JOIN,), only=True))
    accepted(define(P("会审", (branch, (S("会签"),))), END))
    sibling = (S("会签", (JOIN, to("会审")), only=True),)
    again = is_unsound(define(P("会审", (branch, sibling)), END))
    assert {each.kind for each in check(again).problems} == {ProblemKind.ONLY_BY_RETURN}


def test_随时只凭一次限次的退回送来的步骤_自己的退回用不尽() -> None:
    """复核 is come to once, by the 随时 alone, and may go back once."""
    sends = H("抽查", ("受理",), (S("查看", (back("复核", 1), RESUME), only=True),))
    flow = define(
        S("登记", (to("受理"),), only=True),
        S("复核", (back("登记", 1),), only=True),
        S("受理", (FINISH,), only=True),
        beside=(sends,),
    )
    accepted(flow)


def test_随时一次限次的退回送不来第二回_第二个超过后面的一步走不到() -> None:
    """Found by random definitions with many limited 退回: 复核 is come to once, so that 归档 never is."""
    sends = H("抽查", ("受理",), (S("查看", (back("复核", 1), RESUME), only=True),))
    flow = define(
        S("受理", (ABORT,), only=True),
        S("复核", (back("复核", 1, over=back("受理", 1, over=to("归档"))),), only=True),
        S("归档", (FINISH,), only=True),
        beside=(sends,),
    )
    refused(is_unsound(flow), ProblemKind.UNREACHABLE, "归档")


def test_随时把案件退回到它管不着的步骤以后不再开始_第二个超过后面的一步走不到() -> None:
    """Found by random definitions with many limited 退回: the 随时 leaves its own scope for good, so asks once only."""
    asks = H("抽查", ("受理",), (S("查看", (back("归档", 1, over=to("复核")), RESUME), only=True),))
    flow = define(
        S("受理", (FINISH,), only=True),
        S("复核", (to("归档"),), only=True),
        S("归档", (FINISH,), only=True),
        beside=(asks,),
    )
    verdict = refused(is_unsound(flow), ProblemKind.UNREACHABLE, "复核")
    assert verdict.reason == "“复核”永远走不到：只有“查看”的“超过”通到这里，而它前面的“退回”用不到次数用尽"
    assert verdict.witness == ("受理", "抽查", "查看")


def test_案件回到随时管着的步骤_第二个超过后面的一步走得到() -> None:
    asks = H("抽查", ("受理",), (S("查看", (back("归档", 1, over=to("复核")), RESUME), only=True),))
    flow = define(
        S("受理", (FINISH,), only=True),
        S("复核", (to("归档"),), only=True),
        S("归档", (FINISH, to("受理"))),
        beside=(asks,),
    )
    accepted(flow)


def test_重开以后限次的退回可能已经用尽() -> None:
    """The times are those of the case, and a closed case comes to the step again."""
    once = define(S("初审", (back("发证", 1),), only=True), S("发证", (FINISH,), only=True))
    reopened = replace(once, reopens=(Reopen(ByHand(), Actions(move=Goto(0))),))

    refused(reopened, ProblemKind.ONLY_BY_RETURN, "初审")


def test_分支的另一个实例可能已经用尽限次的退回() -> None:
    branch = (S("核对", (back("签收", 1),), only=True), S("签收", (JOIN,), only=True))
    block = define(P("会审", (branch, (S("会签"),))), S("归档", (FINISH,), only=True))
    head = block.nodes[0]
    assert isinstance(head, Block) and check(block).sound
    many = replace(head, branches=(replace(head.branches[0], each=MAYBE), head.branches[1]))

    refused(replace(block, nodes=(many, *block.nodes[1:])), ProblemKind.ONLY_BY_RETURN, "核对")


def test_接连两个超过_前一个用不尽_后面的就走不到() -> None:
    """What stands behind two limits needs both used up; found by 100,000 random definitions."""
    twice = back("决定", 1, over=back("初审", 1, over=to("处罚")))
    nested = define(
        S("初审", (twice,), only=True), S("决定", (FINISH,), only=True), S("处罚", (FINISH,), only=True)
    )

    refused(is_unsound(nested), ProblemKind.UNREACHABLE, "处罚")


def test_不限次的退回由外部机关决定算作出路() -> None:
    accepted(define(S("登记", (FINISH,)), S("批复", (back("登记"),), only=True)))


def outcome(condition: Expression, target: int) -> Arm:
    return Arm(condition, Actions(move=Goto(target)))


def is_(name: str) -> Compare:
    return Compare(Comparison.EQ, OutcomeRef(), Literal(name, Type(Kind.TEXT)))


@pytest.mark.parametrize(
    "arms",
    [
        (outcome(is_("合格"), 0), outcome(is_("不合格"), 2)),
        (outcome(Or((is_("合格"), is_("不合格"))), 2),),
        (outcome(Among(OutcomeRef(), tuple(Literal(n, Type(Kind.TEXT)) for n in ("合格", "不合格"))), 2),),
        (outcome(MAYBE, 0), outcome(Literal(True, Type(Kind.YES_NO)), 2)),
    ],
)
def test_写全了结论的分支不会再往下走(arms: tuple[Arm, ...]) -> None:
    step = S("复查", own={"outcomes": ("合格", "不合格"), "routes": (arms,)})
    refused(define(step, S("多余"), S("销号")), ProblemKind.UNREACHABLE, "多余")


def test_永不成立的条件不是去路() -> None:
    never = outcome(Literal(False, Type(Kind.YES_NO)), 1)
    stuck = S("登记", own={"routes": ((never, outcome(Literal(True, Type(Kind.YES_NO)), 0)),)})
    verdict = check(define(stuck, S("整改")))
    assert [each.kind for each in verdict.problems] == [ProblemKind.NO_WAY_OUT, ProblemKind.UNREACHABLE]


def test_一处没有去路只说那一处() -> None:
    """What only comes to the trap, and what only follows what is never reached, is not told again."""
    trap = define(S("登记"), S("整改"), S("复查", (to("复查"),), only=True))
    assert [each.node for each in check(trap).problems] == [2]
    lost = define(S("登记", (FINISH,), only=True), S("整改"), S("复查"))
    assert [each.node for each in check(lost).problems] == [1]


def test_并行里走不出来的只说里面那一步() -> None:
    flow = define(
        S("登记"),
        P("处理", ((S("处理事", (to("处理事"),), only=True),), (S("处理人"),))),
        S("办结"),
        S("归档"),
    )
    assert [(each.kind, flow.nodes[each.node or 0].name) for each in check(flow).problems] == [
        (ProblemKind.NEVER_JOINS, "处理事")
    ]


# ---- blocks


def test_并行的各分支都能走到汇合() -> None:
    accepted(define(P("处理", ((S("处理事"),), (S("处理人", (JOIN,)), S("归档")))), S("办结")))


def test_分支里不能办结() -> None:
    refused(
        define(P("处理", ((S("处理事", (FINISH,)),), (S("处理人"),)))), ProblemKind.FINISH_IN_BRANCH, "处理事"
    )


def test_不能跳进并行块内部() -> None:
    verdict = refused(
        define(S("登记", (to("处理事"),)), P("处理", ((S("处理事"),), (S("处理人"),)))),
        ProblemKind.JUMP_INTO_BLOCK,
        "登记",
    )
    assert "处理事" in verdict.reason
    back_into = define(S("登记", (back("处理事", 1), FINISH)), P("处理", ((S("处理事"),), (S("处理人"),))))
    assert ProblemKind.JUMP_INTO_BLOCK in {each.kind for each in check(back_into).problems}


def test_跳出并行块撤销其余分支() -> None:
    accepted(
        define(
            P("处理", ((S("处理事", (to("督办"),)),), (S("处理人"),))),
            S("办结", (FINISH,), only=True),
            S("督办"),
        )
    )


def test_总是跳走的分支使汇合永不发生() -> None:
    flow = define(P("处理", ((S("处理事", (to("督办"),), only=True),), (S("处理人"),))), S("办结"), S("督办"))
    verdict = refused(is_unsound(flow), ProblemKind.NEVER_JOINS, "办结")
    assert "并行“处理”的汇合永远不会发生，分支“处理之1”走不到汇合" in verdict.reason


def test_有条件的分支可以不开() -> None:
    accepted(
        define(
            P("处理", ((S("处理事", (to("督办"),), only=True),), (S("处理人"),)), maybe=(0,)),
            S("办结"),
            S("督办"),
        )
    )


def test_先到一个的汇合不等总是跳走的分支() -> None:
    accepted(
        define(
            P("处理", ((S("处理事", (to("督办"),), only=True),), (S("处理人"),)), first=1),
            S("办结"),
            S("督办"),
        )
    )


def test_只能靠别的分支结束的分支一律拒绝() -> None:
    """Stricter than need be: trying every marking would accept it."""
    flow = define(
        P("处理", ((S("等候", (to("等候"),), only=True),), (S("处理人", (to("办结"),), only=True),))),
        S("办结"),
    )
    assert Explorer(flow).is_sound(ALL_MARKINGS) is True
    verdict = refused(flow, ProblemKind.NEVER_JOINS, "等候")
    assert verdict.witness == ("处理", "等候")


def test_终止可以写在任何一层() -> None:
    accepted(define(P("处理", ((S("处理事", (ABORT,)),), (S("处理人"),))), S("办结")))


def test_只会终止的分支到不了汇合() -> None:
    flow = define(P("处理", ((S("处理事", (ABORT,), only=True),), (S("处理人"),))), S("办结"))
    refused(is_unsound(flow), ProblemKind.NEVER_JOINS, "办结")


def test_分支外没有可转的汇合() -> None:
    refused(define(S("登记", (JOIN,))), ProblemKind.NO_JOIN_HERE, "登记")


def test_写明禁止退回的并行不能退出去() -> None:
    inside = (S("处理事", (back("登记"),)),)
    forbidding = P("处理", (inside, (S("处理人"),)), on_back=BackPolicy.FORBID)
    refused(define(S("登记"), forbidding), ProblemKind.RETURN_FORBIDDEN, "处理事")
    accepted(define(S("登记"), replace(forbidding, on_back=BackPolicy.SUSPEND)))


# ---- handlers


def test_随时办完回原处() -> None:
    accepted(
        define(
            S("整改"), S("复查"), beside=(H("变更", ("整改",), (S("受理"), S("准许", (RESUME,), only=True))),)
        )
    )


def test_随时可以改道也可以办结() -> None:
    accepted(define(S("整改"), S("复查"), beside=(H("升级", ("整改",), (S("定级", (to("复查"), FINISH)),)),)))


def test_只靠随时才能离开的步骤() -> None:
    waiting = define(
        S("等候", (to("等候"),), only=True),
        S("办结"),
        beside=(H("来件", ("等候",), (S("受理", (to("办结"),)),)),),
    )
    verdict = refused(is_unsound(waiting), ProblemKind.ONLY_BY_EVENT, "等候")
    assert "随时" in verdict.reason


def test_自己走不到结尾的随时() -> None:
    flow = define(
        S("整改"), S("复查"), beside=(H("变更", ("整改",), (S("受理", (to("受理"),), only=True),)),)
    )
    verdict = refused(flow, ProblemKind.NO_WAY_OUT, "受理")
    assert verdict.witness == ("整改", "变更", "受理")


def test_回原处只能写在随时里() -> None:
    refused(define(S("登记", (RESUME,))), ProblemKind.NOTHING_TO_RESUME, "登记")


def test_随时不能跳进别的并行块() -> None:
    flow = define(
        S("整改"),
        P("处理", ((S("处理事"),), (S("处理人"),))),
        beside=(H("变更", ("整改",), (S("受理", (to("处理事"),)),)),),
    )
    refused(flow, ProblemKind.JUMP_INTO_BLOCK, "受理")


def test_随时的范围须在同一层() -> None:
    flow = define(
        S("整改"), P("处理", ((S("处理事"),), (S("处理人"),))), beside=(H("变更", ("整改",), (S("受理"),)),)
    )
    crossing = replace(flow, handlers=(replace(flow.handlers[0], scope=(0, 2)),))
    verdict = check(crossing)
    assert [each.kind for each in verdict.problems] == [ProblemKind.SCOPE_CROSSES_REGIONS]


# The rules that brute force taught: a way that needs an event, or a limited return, is none; also through a block.

LOOP = S("核查")
END = S("办结", (FINISH,), only=True)
SIBLING = (S("处理人"),)


def test_只有事件才能促成的汇合不是出路() -> None:
    branch = (S("处理事", (to("核查"),), only=True), S("补办"))
    flow = define(
        LOOP, P("处理", (branch, SIBLING)), END, beside=(H("来件", ("处理事",), (S("受理", (to("补办"),)),)),)
    )
    refused(is_unsound(flow), ProblemKind.ONLY_BY_EVENT, "核查")


def test_从只有事件才能到的地方跳出不是出路() -> None:
    branch = (S("处理事", (to("核查"),), only=True), S("补办", (to("办结"),), only=True))
    flow = define(
        LOOP, P("处理", (branch, SIBLING)), END, beside=(H("来件", ("处理事",), (S("受理", (to("补办"),)),)),)
    )
    refused(is_unsound(flow), ProblemKind.ONLY_BY_EVENT, "核查")


def test_只有限次退回才能促成的汇合不是出路() -> None:
    branch = (S("处理事", (back("补办", 1), to("核查")), only=True), S("补办", (to("核查"),)))
    refused(
        is_unsound(define(LOOP, P("处理", (branch, SIBLING)), END)),
        ProblemKind.ONLY_BY_RETURN,
        "核查",
    )


def test_从只有限次退回才能到的地方跳出不是出路() -> None:
    redo = S("补办", (to("核查"), to("办结")), only=True)
    branch = (S("处理事", (back("补办", 1), to("核查")), only=True), redo)
    refused(
        is_unsound(define(LOOP, P("处理", (branch, SIBLING)), END)),
        ProblemKind.ONLY_BY_RETURN,
        "核查",
    )


# ---- running in a circle


def test_全部分支都可不开的并行绕回自己会空转() -> None:
    flow = define(S("登记"), P("处理", (SIBLING, (S("处理事"),)), maybe=(0, 1), after=to("处理")))
    verdict = check(is_unsound(flow))
    assert ProblemKind.ENDLESS_LOOP in {each.kind for each in verdict.problems}


def test_循环里有必经的步骤就不会空转() -> None:
    accepted(
        define(S("登记", (FINISH,)), P("处理", (SIBLING, (S("处理事"),)), maybe=(0, 1), after=to("登记")))
    )


def test_没有职权时又转回自己会空转() -> None:
    refused(define(S("处罚", powerless=to("处罚")), S("执行")), ProblemKind.ENDLESS_LOOP, "处罚")


def test_条件已成立的等待绕回自己会空转() -> None:
    refused(define(W("等候", (to("等候"),)), S("执行")), ProblemKind.ENDLESS_LOOP, "等候")
    assert check(define(W("等候", (to("等候"),), event="来件"), S("执行"))).sound


# ---- built by code


def test_重开可以回到流程里的任何一步但不能进并行块() -> None:
    flow = define(S("登记", (FINISH,), only=True), P("处理", ((S("处理事"),), SIBLING)))
    reopened = [replace(flow, reopens=(Reopen(ByHand(), Actions(move=Goto(node))),)) for node in (1, 2)]
    assert check(reopened[0]).sound
    assert ProblemKind.JUMP_INTO_BLOCK in {each.kind for each in check(reopened[1]).problems}


@pytest.mark.parametrize(
    "broken",
    [
        {"regions": ()},
        {"regions": (Region(()),)},
        {"regions": (Region((0, 7)),)},
        {"regions": (Region((0,)),)},
        {"nodes": define(S("登记", (FINISH, to("登记"))), S("整改")).nodes[:1]},
        {"reopens": (Reopen(ByHand(), Actions(move=Goto(9))),)},
        {"handlers": (Handler("随时", 0, 0, (), ByHand()),)},
        {"regions": (Region((0, 1)), Region((0,)))},
    ],
)
def test_对不上号的定义如实拒绝(broken: dict[str, object]) -> None:
    flow = replace(define(S("登记"), S("整改")), **broken)  # type: ignore[arg-type]  # parts passed through
    verdict = check(flow)
    assert not verdict.sound and {each.kind for each in verdict.problems} == {ProblemKind.MALFORMED}


def test_退回的目标与分支须存在() -> None:
    flow = define(P("处理", ((S("处理事"),), SIBLING)), S("复查", (back("处理", branch=5),)))
    assert check(flow).problems[0].kind is ProblemKind.MALFORMED
    assert check(define(P("处理", ((S("处理事"),), SIBLING)), S("复查", (back("处理", branch=1),)))).sound


def test_互相包含的段不会使检查停不下来() -> None:
    flow = define(S("登记"), beside=(H("甲", ("登记",), (S("一"),)), H("乙", ("登记",), (S("二"),))))
    first, second = flow.handlers
    tangled = replace(
        flow, handlers=(replace(first, scope_region=2, scope=()), replace(second, scope_region=1, scope=()))
    )
    assert [each.kind for each in check(tangled).problems] == [ProblemKind.MALFORMED]


def test_按多数定的会签没有写平票怎样是残缺的() -> None:
    """Awkward case 34, for a definition built by code."""
    vote = Countersign("评委", None, None, majority=True)
    unsaid = check(define(S("评审", (FINISH,), only=True, own={"countersign": vote})))
    assert unsaid.problems[0].kind is ProblemKind.MALFORMED and "票数相等" in unsaid.reason
    said = replace(vote, tie=False)
    assert check(define(S("评审", (FINISH,), only=True, own={"countersign": said}))).sound
