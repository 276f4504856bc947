"""Hazards reported through the engine, for tests of lists."""

from datetime import timedelta

from engine import Engine


def report_hazards(engine: Engine, count: int) -> None:
    """Report hazards that wait in the pool of the office, each at a place of its own."""
    for number in range(count):
        engine.start(
            "隐患整改",
            by="wang-jie",
            form={
                "所在单位": "E01",
                "地点": f"{number + 1}号车间",
                "描述": "配电箱没有接地",
                "来源": "上级交办",
                "发现时间": engine.now() - timedelta(hours=1),
            },
        )
