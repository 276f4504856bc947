"""`anliu`: the command line. Exit 0 done, 1 refused or found something, 2 wrong usage."""

import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import Final

import click

from engine.errors import Refusal

_COMMANDS: Final = {
    "init": ("web.cli_town", "新建一个空的镇：问名称、代码和第一个管理员。"),
    "new": (
        "web.cli_new",
        "新建一个流程的初稿：规程、场景、人员、日历，马上可以检查和运行；已有的文件不动。",
    ),
    "check": ("web.cli_definitions", "检查 .flow 文件：列出每一处问题的位置和改法。"),
    "fmt": ("web.cli_fmt", "把 .flow 文件写成规范格式；也用来换中英文关键字，有对照表时连名称一起换。"),
    "describe": ("web.cli_views", "把流程写成领导能读的中文，写到标准输出。"),
    "graph": ("web.cli_views", "画流程图，写到标准输出。"),
    "test": ("web.cli_scenarios", "运行 PATH 下（或 .flow 文件旁边）的 .feature 场景。"),
    "deploy": ("web.cli_deploy", "检查并发布流程；有错误或没有写明理由的警告时不发布。"),
    "migrate": ("web.cli_migrate", "把在办案件改按另一版规程办理；不能改的留在原版并说明原因。"),
    "explain": ("web.cli_explain", "说明一个代码是什么意思、怎么办。"),
    "articles": ("web.cli_articles", "按条列出通知的每一句落实在哪个规程的哪一处。"),
    "laws": (
        "web.cli_laws",
        "法规原文：装载公布的文本，编辑规程时悬停在条文上就能读到；列出装了哪些。",
    ),
    "lsp": ("web.cli_lsp", "启动语言服务器：编辑器里的诊断、悬停说明、跳转、改名、补全、排版和一键改正。"),
    "cases": ("web.cli_cases", "列出案件。"),
    "trace": (
        "web.cli_cases",
        "打印一件案件的全部记录，或它在某一号记录、某一天的状态（按当时的规程、人员和日历）。",
    ),
    "verify": ("web.cli_cases", "核验记录链：一件、全部，或导出的卷宗包。"),
    "export": ("web.cli_cases", "导出。"),
    "org": ("web.cli_town", "人员、岗位、单位、属地。"),
    "calendar": ("web.cli_town", "工作日历：放假和调休。"),
    "user": ("web.cli_town", "账号和密码。"),
    "db": ("web.cli_town", "数据库：升级、检查、备份、恢复。"),
    "serve": ("web.cli_server", "启动网页服务，并在同一进程里计时。"),
    "worker": ("web.cli_server", "单独运行计时：提醒、逾期、升级。"),
    "demo": ("web.cli_server", "启动演示镇：第一次运行时建库、发布流程、装入人员和案件。"),
    "lint-document": (
        "web.cli_documents",
        "检查一份公文（.docx、.txt、.md）：文号、发文机关和署名、日期、没填的地方，逐条说依据和改法。",
    ),
    "template": (
        "web.cli_documents",
        "为流程里的一种文书生成模板初稿（.docx），字段都已放好，再用 Word 或 WPS 改文字和版式。",
    ),
    "simulate": (
        "web.cli_simulate",
        "在内存里模拟办理：来件、请假、办理时间按种子抽取，报告逾期、排队、停滞和从没走到的地方。",
    ),
    "year": (
        "web.cli_year",
        "推演一个镇的一年：按种子来件、办理、迟办、漏办，全部经过真实的引擎和数据库，最后报数。",
    ),
    "whatif": (
        "web.cli_whatif",
        "假如当时就用这一版规程：把已有案件的记录按它重新判一遍，列出哪些会不一样、从哪里起、为什么；不改动任何数据。",
    ),
}
"""Each command: the module that holds the function of its name, and what the list of commands says of it."""


class _Commands(click.Group):
    """A group whose commands are loaded when they are run, so that `anliu check` needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # asked by click
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # the same
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command = getattr(_loaded(module), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # the same
        """Write the list from the table, which loads nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in _COMMANDS.items()])


def _loaded(module: str) -> ModuleType:
    """Import a module. What imports make stays to the end, so the collector does not go through it again and again."""
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="anliu")
def group() -> None:
    """安流：乡镇安全生产流程。"""


def main() -> None:
    """Run a command; a refusal is one sentence and exit code 1."""
    try:
        group()
    except Refusal as refusal:
        from web.refused import refusal_sentence

        click.echo(f"{refusal.code} {refusal_sentence(refusal)}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
