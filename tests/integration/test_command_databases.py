"""Which database a command works on: said when it is new, read when only a path is given, answered when it is none."""

from pathlib import Path

import pytest
from alembic import command

from engine.migrate import configuration, head, revision_of
from tests.integration.test_command_line import APPROVAL, Anliu, anliu, town

__all__ = ["anliu", "town"]  # fixtures


def test_a_path_is_a_sqlite_file_and_a_new_one_is_said_to_be_new(anliu: Anliu, tmp_path: Path) -> None:
    file = tmp_path / "demo.db"

    code, said, told = anliu("deploy", APPROVAL, "--reason", "试", "--db", file)

    assert (code, file.is_file()) == (0, True)
    assert said.startswith(f"数据库：{file}\n已发布 测速审批")
    assert f"数据库 {file} 原来没有，现在新建" in told
    code, _, told = anliu("cases", "--db", file)
    assert (code, told) == (0, "")


def test_without_an_address_the_file_in_the_data_folder_is_named(
    anliu: Anliu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANLIU_DATABASE_URL")
    monkeypatch.setenv("ANLIU_DATA", str(tmp_path / "new"))

    code, said, told = anliu("deploy", APPROVAL, "--reason", "试")

    assert code == 0 and said.startswith(f"数据库：{tmp_path / 'new' / 'anliu.db'}\n")
    assert "现在新建" in told


@pytest.mark.parametrize(
    ("address", "what_to_do"),
    [
        ("sqlite://town.db", "少一条斜线，应为 sqlite:///town.db"),
        ("sqlite:town.db", "SQLite 写文件的路径"),
        ("sqlite://", "没有写文件"),
        ("postgres://user@host/town", "“postgres”应写作“postgresql”"),
        ("mysql://host/town", "不支持“mysql”数据库"),
        ("postgresql://host:port/town", "PostgreSQL 写 postgresql://用户@主机/库"),
        ("/", "是文件夹，请写到文件"),
        ("/no/such/folder/town.db", "E225 打不开数据库 /no/such/folder/town.db：文件夹不存在"),
        (str(APPROVAL), "这个文件不是数据库"),
        ("postgresql://user:secret@127.0.0.1:1/town", "postgresql://user:***@127.0.0.1:1/town"),
        ("postgresql://user@127.0.0.1:1/town", "没有数据库服务：服务没有启动，或地址、端口写错了"),
        ("postgresql://user@no.such.host.invalid/town", "找不到这台主机"),
    ],
)
@pytest.mark.parametrize("command", ["cases", "deploy", "org", "serve", "worker", "demo", "upgrade", "year"])
def test_an_address_that_is_none_is_answered_in_chinese(
    anliu: Anliu, command: str, address: str, what_to_do: str
) -> None:
    words = {
        "deploy": ("deploy", APPROVAL, "--reason", "试"),
        "org": ("org", "export", "people.json"),
        "worker": ("worker", "--once"),
        "upgrade": ("db", "upgrade"),
    }.get(command, (command,))

    code, _, told = anliu(*words, "--into" if command == "year" else "--db", address)

    assert code == 1 and what_to_do in told and "Traceback" not in told


def test_a_wrong_address_in_the_environment_is_answered_too(
    anliu: Anliu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANLIU_DATABASE_URL", "mysql://host/town")
    code, _, told = anliu("cases")
    assert code == 1 and "不支持“mysql”数据库" in told


def test_of_several_towns_the_codes_are_listed(
    anliu: Anliu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for town_code in ("140522101", "140522102"):
        monkeypatch.setenv("ANLIU_TENANT", town_code)
        anliu("cases")
    monkeypatch.delenv("ANLIU_TENANT")

    code, _, told = anliu("cases")

    assert code == 1
    assert "请用环境变量 ANLIU_TENANT 写明是哪一个：140522101、140522102" in told


def test_a_database_of_an_older_program_is_upgraded_by_the_command_that_its_refusal_names(
    anliu: Anliu, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(configuration(url), "0007")
    code, _, told = anliu("cases", "--db", url)
    assert code == 1 and "anliu db upgrade" in told

    assert anliu("db", "upgrade", "--db", url)[0] == 0

    assert revision_of(url) == head()
    assert anliu("cases", "--db", url)[0] == 0
