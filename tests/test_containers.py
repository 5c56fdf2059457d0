"""The Dockerfile and the compose file name what exists. CI also lints the Dockerfile."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from newscrawl.archive.jobs import QUEUES
from tests.crawls import PROJECT

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_copies_files_that_exist_and_installs_all_extras() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert [name for name in names if not (PROJECT / name).exists()] == []
    allowed = (PROJECT / ".dockerignore").read_text(encoding="utf-8")
    assert [name for name in names if f"!{name}\n" not in allowed] == []
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(re.findall(r"--extra (\w+)", DOCKERFILE))
    assert extras == set(project["project"]["optional-dependencies"])


def test_each_service_runs_a_command_of_newscrawl_without_privileges() -> None:
    for service in services("compose.yaml"):
        assert (PROJECT / f"newscrawl/commands/{service['command'][0]}.py").exists()
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def services(file: str) -> list[dict[str, Any]]:
    compose = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))
    return list(compose["services"].values())


def test_workers_in_containers_run_without_privileges_and_may_end_their_crawls() -> None:
    workers = [service for service in services("deploy/compose.yaml") if "command" in service]
    assert {worker["command"][0] for worker in workers} == {"worker"}
    queues = {worker["command"][worker["command"].index("--queues") + 1] for worker in workers}
    assert queues == set(QUEUES)
    for worker in workers:
        assert worker["cap_drop"] == ["ALL"]
        assert worker["read_only"]
        assert worker["stop_grace_period"] == "10m"


def test_the_unit_of_a_worker_is_valid(tmp_path: Path) -> None:
    unit = (PROJECT / "deploy/newscrawl-worker@.service").read_text(encoding="utf-8")
    program = tmp_path / "newscrawl"
    program.touch(mode=0o755)
    unit = unit.replace("/srv/newscrawl/.venv/bin/newscrawl", str(program))
    (tmp_path / "newscrawl-worker@.service").write_text(unit)
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing: install the package systemd")
    words = [analyze, "verify", "--man=no", str(tmp_path / "newscrawl-worker@1.service")]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "newscrawl" not in ended.stderr
    assert ended.returncode == 0
