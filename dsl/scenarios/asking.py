"""Steps in which somebody asks others: signers, opinions, supplements, talk, second signatures."""

from dsl.scenarios.outcome import Unmet
from dsl.scenarios.registry import Call, Chapter, action
from dsl.scenarios.world import World
from engine.views import Item, ItemStatus


def add_signer(world: World, call: Call) -> None:
    """Add a signer before, beside or after."""
    _on_item(world, call, "add_signer", f"{call['位置']}#{world.person(call['另一人'])}")


def remove_signer(world: World, call: Call) -> None:
    """Take a signer away."""
    _on_his_item(world, call, "remove_signer")


def ask(world: World, call: Call) -> None:
    """Ask somebody for an opinion."""
    _on_item(world, call, "ask", world.person(call["另一人"]))


def take_back(world: World, call: Call) -> None:
    """Take back what was asked."""
    _on_his_item(world, call, "take_back")


def supplement(world: World, call: Call) -> None:
    """Ask the applicant to complete his form."""
    _on_item(world, call, "supplement", None)


def discuss(world: World, call: Call) -> None:
    """Ask or tell somebody something about the case."""
    account = world.person(call["人"])
    world.act(world.case.id, "discuss", account, to=world.person(call["另一人"]), reason=call["文字"])


def jump(world: World, call: Call) -> None:
    """Propose a jump of the case as a whole, or of one step."""
    account, name = world.person(call["人"]), call.get("步骤")
    target: str | int = world.case.id if name is None else world.item(name, account).id
    world.act(target, "jump", account, to=call["目标"], reason=call["理由"])


def sign(world: World, call: Call) -> None:
    """Give or refuse the second signature to what waits for one."""
    account = world.person(call["人"])
    options = world.engine.options(world.case.id, by=account)
    waiting = [target for each in options if each.operation == "sign" for target in each.targets]
    if not waiting:
        world.act(world.case.id, "sign", account, to="0")
        return
    operation = "sign" if call["决定"] == "核准" else "reject"
    world.act(world.case.id, operation, account, to=waiting[0].value, reason=call.get("理由"))


def straight(world: World, call: Call) -> None:
    """Return, and ask that the redone step comes straight back."""
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    world.act(item.id, "return", account, to=call["目标"], reason=call["理由"], straight=True)


def _on_item(world: World, call: Call, operation: str, to: str | None) -> None:
    account = world.person(call["人"])
    item = world.item(call["步骤"], account)
    world.act(item.id, operation, account, to=to, reason=call.get("理由"))


def _on_his_item(world: World, call: Call, operation: str) -> None:
    item = _item_of(world, call["步骤"], world.person(call["另一人"]))
    world.act(item.id, operation, world.person(call["人"]), reason=call.get("理由"))


def _item_of(world: World, step: str, holder: str) -> Item:
    """Return the open or waiting item of a step that somebody holds.

    Raises:
        Unmet: there is none.
    """
    wanted = (ItemStatus.OPEN, ItemStatus.WAITING)
    for item in world.case.items:
        if item.step == step and item.status in wanted and item.holder and item.holder.account == holder:
            return item
    raise Unmet(f"“{step}”没有由他办理的一席", world.story())


ASKING = Chapter(
    "加签、委派、补正、沟通、跳转、核准",
    (
        action(
            '{人}在"{步骤}"{位置=前|并|后}加签{另一人},理由"{理由}"',
            "请人先签、同签或后签",
            "李科在“审核”前加签王芳，理由“涉及用地”",
            add_signer,
        ),
        action(
            '{人}减去"{步骤}"的{另一人},理由"{理由}"',
            "撤去加签的一席",
            "李科减去“审核”的王芳，理由“不再需要”",
            remove_signer,
        ),
        action(
            '{人}把"{步骤}"委派给{另一人}[,理由"{理由}"]',
            "请人提出意见，责任不转移",
            "李科把“审核”委派给王芳",
            ask,
        ),
        action('{人}收回"{步骤}"对{另一人}的委派', "收回委派", "李科收回“审核”对王芳的委派", take_back),
        action(
            '{人}在"{步骤}"要求补正,理由"{理由}"',
            "请申请人补正",
            "李科在“受理”要求补正，理由“缺附图”",
            supplement,
        ),
        action('{人}对{另一人}说"{文字}"', "沟通", "李科对王芳说“坐标请核对”", discuss),
        action(
            '{人}把"{步骤}"退回到"{目标}",理由"{理由}",办后直送',
            "退回，办完直接回到退回人",
            "李科把“审核”退回到“登记”，理由“漏填”，办后直送",
            straight,
        ),
        action(
            '{人}提出[把"{步骤}"]跳转到"{目标}",理由"{理由}"',
            "管理员提出跳转，不写步骤指全案",
            "管理员提出跳转到“归档”，理由“误入”",
            jump,
        ),
        action(
            '{人}{决定=核准|不核准}提出的事项[,理由"{理由}"]',
            "第二人核准跳转、作废、更正",
            "周敏核准提出的事项",
            sign,
        ),
    ),
)
