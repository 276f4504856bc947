"""The audit log as sentences."""

from collections.abc import Mapping

from engine.audit import AuditEntry
from engine.values import Json
from web.moments import Moments

_SENTENCES = {
    "account_added": "增加了账号 {account}（{name}）",
    "password_changed": "改了自己的密码",
    "password_reset": "重置了 {account} 的密码",
    "account_locked": "账号 {account} 连续输错密码，暂停登录",
    "account_deactivated": "停用了账号 {account}：{reason}",
    "definition_deployed": "发布了流程 {name} {version}（{digest}），{effective} 起生效：{reason}",
    "organisation_loaded": "导入了组织：{units} 个单位、{people} 人、{posts} 个岗位",
    "calendar_loaded": "导入了工作日历",
    "parameter_set": "调整了本地参数 {name} 为 {value}：{reason}",
    "setting_changed": "改了设置 {name} 为 {value}",
    "register_unsealed": "打开了台账 {register} 的封存列（{rows} 行）：{reason}",
    "register_exported": "导出了台账 {register}（{rows} 行，条件：{conditions}）",
    "register_imported": "向台账 {register} 导入了《{file}》（SHA-256 {sha256}），已导入 {已导入}、已导入过 {已导入过}、有问题 {有问题}",
    "series_begun": "登记文号系列 {series} {year}年启用前已用到 {used} 号：{reason}",
    "case_opened": "打开了案件 {case}（{process}），本人不是经办人",
}


class _Shown(dict[str, str]):
    """What an entry does not say is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def audit_text(kind: str, body: Mapping[str, Json]) -> str:
    """Say what an entry of the audit log records."""
    shown = _Shown({name: _value(name, value) for name, value in body.items()})
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return "；".join([kind, *(f"{name} {value}" for name, value in shown.items())])
    return sentence.format_map(shown)


def _value(name: str, value: Json) -> str:
    return str(value)[:12] if name == "digest" else str(value)


def audit_rows(
    entries: tuple[AuditEntry, ...], people: Mapping[str, str], moments: Moments
) -> tuple[tuple[str, str, str], ...]:
    """Moment, person, sentence of each entry."""
    return tuple(
        (
            moments.second(each.at),
            "系统" if each.actor == "system" else people.get(each.actor, each.actor),
            audit_text(each.kind, each.body),
        )
        for each in entries
    )
