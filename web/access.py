"""Who may open the rooms of administrators and auditors."""

from flask import abort

from web.current import account, town


def need_administrator() -> None:
    """Refuse everybody but administrators."""
    if account() not in town().administrators:
        abort(403, description="这一页要有“系统管理员”权限才能打开")


def need_auditor() -> None:
    """Refuse everybody but auditors and administrators."""
    here = town()
    if account() not in here.auditors | here.administrators:
        abort(403, description="这一页要有“审计”权限才能打开")
