"""`anliu migrate`: put running cases under another version of their process."""

from collections.abc import Iterable, Sequence

import click

from engine import Engine
from engine.case_migration import CaseMigration
from web.cli_town import opened
from web.database_address import database_option
from web.migration_page import image_text, read_pairs


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--process", help="这个流程所有不在目标版本上的在办案件")
@click.option("--to", help="目标版本：版本名，或校验值开头至少六位；不填即现行版本")
@click.option("--step", "pairs", multiple=True, help="改了名的步骤、分支、时限或随时事项：旧=新，可写多次")
@click.option("--reason", help="迁移理由，写进每件案件的办理记录")
@click.option("--by", required=True, help="以谁的名义迁移（管理员账号）")
@click.option(
    "--dry-run", is_flag=True, help="只列出每件案件的席位、令牌、时限、表单和草稿在新版中的对应，不改动"
)
@database_option
def migrate(
    cases: tuple[str, ...],
    process: str | None,
    to: str | None,
    pairs: tuple[str, ...],
    reason: str | None,
    by: str,
    dry_run: bool,
    database: str | None,
) -> None:
    """把在办案件改按另一版规程办理；不能改的留在原版并说明原因。"""
    if bool(cases) == bool(process):
        raise click.UsageError("写明案件编号，或用 --process 写明流程，两者选一。")
    if not dry_run and not reason:
        raise click.UsageError("迁移要写 --reason；先看一看用 --dry-run。")
    renamed, wrong = read_pairs("\n".join(pairs))
    if wrong:
        raise click.UsageError(f"“{'”、“'.join(wrong)}”应写成 旧=新。")
    with opened(database) as engine:
        chosen = _chosen(engine, cases, process, to)
        done = engine.migrate(chosen, by, reason or "", to, renamed, dry_run=dry_run)
    for each in done:
        click.echo(_text(each, listing=dry_run))
    click.echo(_sum(done, dry_run), err=True)
    if any(not each.possible for each in done):
        raise SystemExit(1)


def _chosen(engine: Engine, cases: Iterable[str], process: str | None, to: str | None) -> Sequence[int | str]:
    if process is not None:
        return engine.other_versions(process, to)
    return [int(each) if each.isdecimal() else each for each in cases]


def _text(each: CaseMigration, listing: bool) -> str:
    verdict = "已迁移" if each.migrated else "可以迁移" if each.possible else "留在原版"
    lines = [f"{each.number}  {each.origin} → {each.target}  {verdict}"]
    if listing:
        lines += [f"  {image_text(row)}" for row in each.rows]
    return "\n".join([*lines, *(f"  不能：{fault}" for fault in each.faults)])


def _sum(done: Sequence[CaseMigration], dry_run: bool) -> str:
    possible = sum(each.possible for each in done)
    return f"共 {len(done)} 件，{'可以迁移' if dry_run else '已迁移'} {possible} 件，留在原版 {len(done) - possible} 件"
