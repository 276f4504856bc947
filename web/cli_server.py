"""Commands that serve: serve, worker, demo."""

import os
from contextlib import ExitStack
from dataclasses import replace

import click

from engine.worker import Worker
from web.app import create_app
from web.cli_town import open_town
from web.database_address import database_option, database_url
from web.demo import open_demo, refuse_clock_on_real
from web.server import listen, run_together, timers
from web.server import serve as run_server
from web.settings import data_directory, load_settings


@click.command()
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="默认 HOST 或 127.0.0.1")
@click.option(
    "--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")), help="默认 PORT 或 8000"
)
@click.option("--no-timers", is_flag=True, help="计时由另外的 anliu worker 负责")
@database_option
def serve(host: str, port: int, no_timers: bool, database: str | None) -> None:
    """启动网页服务，并在同一进程里计时。"""
    url = database_url(database)
    data = data_directory()
    data.mkdir(parents=True, exist_ok=True)
    with open_town(url) as engine:
        refuse_clock_on_real(engine)
        app = create_app(engine, load_settings(url, data))
        said = f"安流已启动：http://{host}:{{port}}  数据在 {data.resolve()}"
        if no_timers:
            run_server(app, host, port, said)
            return
        with timers(engine):
            run_server(app, host, port, said)


@click.command()
@click.option("--once", is_flag=True, help="只做一遍到期的事就退出")
@database_option
def worker(once: bool, database: str | None) -> None:
    """单独运行计时：提醒、逾期、升级。"""
    with open_town(database_url(database)) as engine:
        refuse_clock_on_real(engine)
        if once:
            click.echo(f"已处理 {engine.tick()} 项")
            return
        click.echo("计时已启动，按 Ctrl+C 停止")
        Worker(engine.town).run()


@click.command()
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="默认 HOST 或 127.0.0.1")
@click.option(
    "--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")), help="默认 PORT 或 8000"
)
@database_option
def demo(host: str, port: int, database: str | None) -> None:
    """启动演示镇：第一次运行时建库、发布流程、装入人员和案件。"""
    data = data_directory()
    data.mkdir(parents=True, exist_ok=True)
    url = database_url(database, "demo.db")
    with open_demo(url, say=click.echo) as towns, ExitStack() as stack:
        servers = []
        for number, town in enumerate(towns):
            stack.enter_context(timers(town.engine))
            settings = load_settings(url, data, town.mark, town.accounts)
            settings = replace(settings, cookie=f"{settings.cookie}-{number}")
            servers.append(listen(create_app(town.engine, settings), host, port + number if port else 0))
        for town, server in zip(towns, servers, strict=True):
            click.echo(f"{town.engine.town_name()}：http://{host}:{server.effective_port}")
        click.echo("账号（密码都是括号里的）：")
        for each in towns[0].accounts:
            click.echo(f"  {each.account:<14}（{each.password}） {each.name} {each.posts}")
        click.echo("按 Ctrl+C 停止")
        run_together(servers)
