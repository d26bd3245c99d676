"""The dashboard and the alerts speak of figures that the gateway has."""

import json
import re
from pathlib import Path

import yaml

from bot.gateway.metrics import Metrics
from bot.gateway.refusals import Code
from bot.records.outbox import Kind

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
# Prometheus itself, and the client's own.
OTHERS = {"up", "process_resident_memory_bytes"}
NAME = re.compile(r"\b(?:saphena_\w+|process_\w+|up(?=\{))")


def known() -> set[str]:
    names = {metric.name for metric in Metrics({}).registry.collect()}
    suffixes = ("", "_total", "_bucket", "_count", "_sum")
    return {name + suffix for name in names for suffix in suffixes} | OTHERS


def expressions() -> list[str]:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    board = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in rules), *shown]


def test_every_figure_named_exists() -> None:
    named = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(named) > 8
    assert named <= known()


def test_every_value_named_exists() -> None:
    whole = " ".join(expressions())
    codes = set(re.findall(r'code="(\w+)"', whole))
    kinds = {
        kind for told in re.findall(r'\{kind=~?"([\w|]+)"\}', whole) for kind in told.split("|")
    }
    assert codes <= {str(code) for code in Code}
    assert kinds - {"clarify"} <= {str(kind) for kind in Kind}


def test_an_alert_says_what_to_do() -> None:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    assert all(rule["annotations"]["cure"] for rule in rules)
    assert all(rule["for"] and rule["labels"]["severity"] == "page" for rule in rules)
