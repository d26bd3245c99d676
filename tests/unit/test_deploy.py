"""The files of deploy/ fit the program, and pass the checkers of those who will read them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.gateway.connections import GUARDED
from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# What Rasa's process reads besides the settings.
RASAS = {"TRACKER_URL", "LOCK_URL", "LOG_FORMAT", "ACTIONS_URL"}
KNOWN = {name.upper() for name in Settings.model_fields} | RASAS
UNITS = DEPLOY / "systemd"
# From 0 to 10, as systemd-analyze judges what a service could do to its machine, times ten.
MOST_EXPOSED = 20
OURS = [name for name, one in SERVICES.items() if str(one["image"]).startswith("saphena-")]


def passes(command: Sequence[str | Path]) -> str:
    """Run a checker; fail with what it says, or return that."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def installed(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def test_the_compose_file_keeps_to_the_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    passes([*command, DEPLOY / "compose.yml"])


@pytest.mark.parametrize("name", ["app", "rasa"])
def test_an_image_s_recipe_passes_the_linter(name: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    passes([hadolint, "--failure-threshold", "style", DEPLOY / f"{name}.Containerfile"])


@pytest.mark.parametrize("name", OURS)
def test_a_service_sets_what_exists_and_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert set(service["environment"]) <= KNOWN
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "healthcheck" in service or service["restart"] == "no"
    assert "ports" not in service


def test_only_nginx_is_reachable() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["nginx"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert all(
        "front" not in SERVICES[name]["networks"] for name in ("database", "redis", "rasa-1")
    )


def test_addresses_name_services() -> None:
    text = (DEPLOY / "compose.yml").read_text("utf-8") + (DEPLOY / "nginx.conf").read_text("utf-8")
    hosts = set(re.findall(r"(?:://|@|server )([a-z0-9-]+)(?=[:/])", text)) - {"gateway"}
    assert hosts <= {*SERVICES, "saphena"}, hosts - set(SERVICES)


@pytest.mark.parametrize("name", ["app", "rasa"])
def test_an_image_has_no_root_and_what_it_copies_is_there(name: str) -> None:
    lines = (DEPLOY / f"{name}.Containerfile").read_text("utf-8").splitlines()
    assert "USER 10001" in lines
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    for sources in copied:
        for source in sources:
            path = source.removeprefix("/srv/saphena/")
            if not source.startswith("--from") and not path.startswith(("/opt", "models", ".")):
                assert (DEPLOY.parent / path).exists(), path


def test_the_plain_machine_s_settings_exist() -> None:
    lines = (DEPLOY / "systemd" / "environment.example").read_text("utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= KNOWN


def test_the_units_start_what_exists() -> None:
    for unit in (DEPLOY / "systemd").glob("*.service"):
        for module in re.findall(r"python -m ([\w.]+)", unit.read_text("utf-8")):
            path = DEPLOY.parent / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or path.is_dir(), module


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A system with nothing but our units, and programs where they are to be."""
    shutil.copytree(UNITS, tmp_path / "etc" / "systemd" / "system")
    for environment in ("app", "brain"):
        program = tmp_path / "srv" / "saphena" / ".venv" / environment / "bin" / "python"
        program.parent.mkdir(parents=True)
        program.touch(mode=0o755)
    return tmp_path


SERVICES_OF_SYSTEMD = sorted(unit.name.replace("@", "@5005") for unit in UNITS.glob("*.service"))


@installed("systemd-analyze")
@pytest.mark.parametrize("unit", SERVICES_OF_SYSTEMD)
def test_systemd_reads_a_unit_and_finds_it_hardened(unit: str, root: Path) -> None:
    analyze = ["systemd-analyze", f"--root={root}"]
    said = passes([*analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit])
    assert "Unknown" not in said, said
    # The rest of a system is not there; what is wrong in the unit itself is named with its place.
    verified = subprocess.run(
        [*analyze, "verify", unit], capture_output=True, text=True, check=False
    )
    mistakes = [line for line in verified.stderr.splitlines() if "saphena" in line]
    assert [line for line in mistakes if not line.endswith("sysinit.target not found.")] == []


@installed("promtool")
def test_prometheus_reads_the_alerts() -> None:
    assert "SUCCESS" in passes(["promtool", "check", "rules", DEPLOY / "monitoring" / "alerts.yml"])


@installed("nginx")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    # Without certificates, and without a network in which the gateways have names.
    text = re.sub(r"\n *ssl_.*;", "", text).replace("8443 ssl http2", "8443")
    text = re.sub(r"gateway-\d:8000", "127.0.0.1:8000", text)
    (tmp_path / "nginx.conf").write_text(text)
    passes(["nginx", "-t", "-c", str(tmp_path / "nginx.conf")])


def test_nginx_may_open_a_file_for_both_ends_of_each_connection() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    (files,) = re.findall(r"worker_rlimit_nofile (\d+);", text)
    (connections,) = re.findall(r"worker_connections (\d+);", text)
    assert int(files) >= 2 * int(connections)


def test_nginx_lets_go_of_an_idle_connection_before_the_gateway_does() -> None:
    """Else a message goes out on a connection that is just being closed: 502, not sent again."""
    upstream = (DEPLOY / "nginx.conf").read_text("utf-8").partition("upstream gateway {")[2]
    kept = re.search(r"keepalive_timeout (\d+)s;", upstream.partition("}")[0])
    assert kept
    assert int(kept[1]) < GUARDED["timeout_keep_alive"]
