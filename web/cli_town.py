"""Commands on a town: init, org, calendar, user, db."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engine import Engine, open_engine
from engine.backup import restore as restore_backup
from engine.directory import Organisation, OrganisationUnit, Person
from engine.migrate import is_used, told
from engine.migrate import upgrade as upgrade_database
from engine.opening import SeveralTenants
from web.calendar_file import calendar_data, read_calendar
from web.database_address import database_option, database_url
from web.settings import LIBRARY
from web.staffing_notes import undeclared, unheld


@contextmanager
def opened(database: str | None) -> Iterator[Engine]:
    """Open the engine of a command; say so when the database is a new one, for it may be the wrong one."""
    url = database_url(database)
    _say_when_new(url)
    with open_town(url) as engine:
        yield engine


def _say_when_new(url: str) -> None:
    if not is_used(url):
        click.echo(
            f"数据库 {told(url)} 原来没有，现在新建，里面还没有镇名、人员和日历"
            "（登记：anliu init；不是要用的那个：用 --db 写明）",
            err=True,
        )


def open_town(url: str) -> Engine:
    """Open the only town of a database, or the one that ANLIU_TENANT names.

    Raises:
        click.ClickException: there are several and none is named.
    """
    try:
        return open_engine(url, tenant=os.environ.get("ANLIU_TENANT") or None)
    except SeveralTenants as problem:
        known = "、".join(f"{code}（{name}）" if name else code for code, name in problem.towns.items())
        said = f"这个数据库里有几个镇，请用环境变量 ANLIU_TENANT 写明是哪一个：{known}"
        raise click.ClickException(said) from problem


@click.command()
@click.option("--name", prompt="镇（街道）名称", help="例如 润城镇")
@click.option("--code", prompt="行政区划代码", help="九位或十二位代码")
@click.option("--admin", "account", prompt="第一个管理员的账号", help="小写字母、数字和短横")
@click.option("--admin-name", prompt="管理员姓名")
@click.password_option("--password", prompt="管理员密码", confirmation_prompt="再输一次")
@database_option
def init(name: str, code: str, account: str, admin_name: str, password: str, database: str | None) -> None:
    """新建一个空的镇：问名称、代码和第一个管理员。"""
    with open_engine(database_url(database), tenant=code) as engine:
        if engine.organisation().people:
            raise click.ClickException("这个数据库里已经有人员，不能再新建。")
        engine.rename(name)
        engine.load_organisation(
            Organisation(
                units=(OrganisationUnit(code, name, "镇"),),
                people=(Person(account, admin_name, (code,)),),
                administrators=(account,),
            ),
            by=account,
        )
        engine.set_password(account, password, by=account)
        engine.load_calendar(read_calendar(_json(LIBRARY / "shared" / "calendar.json")), by=account)
    click.echo(
        f"已新建 {name}，数据库：{told(database_url(database))}。下一步：anliu deploy PATH… 发布流程，anliu org import FILE 登记人员，anliu serve 启动。"
    )


@click.group()
def org() -> None:
    """人员、岗位、单位、属地。"""


@org.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--by", default="system", help="以谁的名义导入（账号）")
@database_option
def org_import(file: Path, by: str, database: str | None) -> None:
    """导入组织文件（JSON）。"""
    organisation = Organisation.from_json(_json(file))
    with opened(database) as engine:
        engine.load_organisation(organisation, by=by)
        deployed = [engine.definition(version.name) for version in engine.definitions()]
        today = engine.now().date()
    click.echo(
        f"已导入 {len(organisation.units)} 个单位、{len(organisation.people)} 人、{len(organisation.posts)} 个岗位，"
        f"数据库：{told(database_url(database))}"
    )
    for sentence in (*undeclared(organisation, deployed), *unheld(deployed, organisation, today)):
        click.echo(f"  {sentence}")


@org.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def org_export(file: Path, database: str | None) -> None:
    """导出组织文件，也是导入的模板。"""
    with opened(database) as engine:
        _write(file, engine.organisation().to_json())


@click.group()
def calendar() -> None:
    """工作日历：放假和调休。"""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--by", default="system", help="以谁的名义导入（账号）")
@database_option
def calendar_import(file: Path, by: str, database: str | None) -> None:
    """导入日历文件（JSON）。"""
    loaded = read_calendar(_json(file))
    with opened(database) as engine:
        engine.load_calendar(loaded, by=by)
    click.echo(f"已导入 {'、'.join(str(year) for year in sorted(loaded.years))} 年")


@calendar.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def calendar_export(file: Path, database: str | None) -> None:
    """导出日历文件，也是导入的模板。"""
    with opened(database) as engine:
        _write(file, calendar_data(engine.calendar()))


@click.group()
def user() -> None:
    """账号和密码。"""


@user.command("add")
@click.argument("account")
@click.option("--name", prompt="姓名")
@click.option("--unit", multiple=True, help="单位代码，可多次")
@click.option("--by", default="system", help="以谁的名义（账号）")
@database_option
def user_add(account: str, name: str, unit: tuple[str, ...], by: str, database: str | None) -> None:
    """增加一个人。"""
    with opened(database) as engine:
        engine.add_user(account, name, by=by, password=_new_password(), units=unit)
    click.echo(f"已增加 {name}（{account}）")


@user.command("passwd")
@click.argument("account")
@click.option("--by", default="system", help="以谁的名义（账号）")
@database_option
def user_passwd(account: str, by: str, database: str | None) -> None:
    """重置一个人的密码。"""
    with opened(database) as engine:
        engine.reset_password(account, _new_password(), by=by)
    click.echo(f"{account} 的密码已重置")


@click.group()
def db() -> None:
    """数据库：升级、检查、备份、恢复。"""


@db.command()
@database_option
def upgrade(database: str | None) -> None:
    """把数据库升级到本程序的版本。"""
    url = database_url(database)
    _say_when_new(url)
    upgrade_database(url)
    click.echo(f"数据库 {told(url)} 已是最新")


@db.command("check")
@database_option
def db_check(database: str | None) -> None:
    """检查数据库、附件和记录链。"""
    with opened(database) as engine:
        problems = engine.check()
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo("没有发现问题")


@db.command()
@click.argument("folder", type=click.Path(path_type=Path))
@database_option
def backup(folder: Path, database: str | None) -> None:
    """备份数据库和附件到一个新文件夹。"""
    with opened(database) as engine:
        engine.backup(folder)
    click.echo(f"已备份到 {folder}")


@db.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@database_option
def restore(folder: Path, database: str | None) -> None:
    """把备份恢复到空的数据位置；已有数据时拒绝。"""
    restore_backup(folder, database_url(database))
    click.echo(f"已从 {folder} 恢复，请运行 anliu verify 核验")


def _new_password() -> str:
    given = os.environ.get("ANLIU_NEW_PASSWORD")
    return given or getpass.getpass("新密码：")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise click.ClickException(f"{file} 不是 JSON 文件：{problem}") from problem


def _write(file: Path, data: object) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(f"已写到 {file}")
