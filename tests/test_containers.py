"""The Dockerfile and the compose file name what exists. CI also lints the Dockerfile."""

import re
import tomllib
from typing import Any

import yaml

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
    compose: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    for service in compose["services"].values():
        assert (PROJECT / f"newscrawl/commands/{service['command'][0]}.py").exists()
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
