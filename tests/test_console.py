"""The ``newscrawl`` command, and its file of settings, as an installed user runs them."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(sys.executable).with_name("newscrawl")


def newscrawl(folder: Path | str, *words: str) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [SCRIPT, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended


def setting(folder: Path | str, name: str, *words: str) -> str:
    return newscrawl(folder, *words, "settings", "--get", name).stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "newscrawl.toml").write_text(
        'DOWNLOAD_DELAY = 2.5\nNEWSCRAWL_ARCHIVE = "state/a.sqlite"\n'
        'NEWSCRAWL_FIELDS = ["acf", "meta"]\n'
    )
    return tmp_path


def test_without_a_command_it_lists_its_commands(tmp_path):
    shown = newscrawl(tmp_path).stdout
    assert "newscrawl [--directory FOLDER] COMMAND" in shown
    assert {"crawl", "verify", "export"} <= {line.split()[0] for line in shown.splitlines() if line}


def test_help_and_errors_name_the_program_that_runs(tmp_path):
    assert "newscrawl verify" in newscrawl(tmp_path, "verify", "--help").stdout
    ended = newscrawl(tmp_path, "verify")
    assert ended.returncode == 1
    assert ended.stderr.startswith("newscrawl verify: There is no archive")


def test_an_unknown_command_is_an_error_that_names_the_nearest_one(tmp_path):
    ended = newscrawl(tmp_path, "exprt")
    assert ended.returncode == 2
    assert "Unknown command 'exprt': did you mean export?" in ended.stderr


def test_help_of_crawl_lists_the_arguments(tmp_path):
    shown = newscrawl(tmp_path, "crawl", "--help").stdout
    assert all(f"-a {name}" in shown for name in ("site=", "limit=", "since=", "types=", "media="))


def test_settings_are_read_from_the_file_of_the_folder(project):
    below = project / "below"
    below.mkdir()
    assert setting(below, "DOWNLOAD_DELAY") == "2.5"
    assert setting(below, "NEWSCRAWL_FIELDS") == "acf, meta"
    assert (below / setting(below, "NEWSCRAWL_ARCHIVE")).resolve() == project / "state/a.sqlite"
    assert setting("/", "DOWNLOAD_DELAY", f"--directory={project}") == "2.5"


def test_the_environment_wins_over_the_file(project, monkeypatch):
    monkeypatch.setenv("NEWSCRAWL_FIELDS", "seo")
    assert setting(project, "NEWSCRAWL_FIELDS") == "seo"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DOWNLAOD_DELAY = 2", "did you mean DOWNLOAD_DELAY?"),
        ("NEWSCRAWL_CONTRACT = 'x'", "did you mean NEWSCRAWL_CONTACT?"),
        ("download_delay = 2", "capitals"),
        ("DOWNLOAD_DELAY = 'two'", "expected a number"),
        ("DOWNLOAD_DELAY = ", "newscrawl.toml can't be read: Invalid value (at end of document)"),
    ],
)
def test_a_mistake_in_the_file_stops_with_the_remedy(tmp_path, line, reason):
    (tmp_path / "newscrawl.toml").write_text(line)
    ended = newscrawl(tmp_path, "verify")
    assert (ended.returncode, reason in ended.stderr) == (1, True), ended.stderr


def test_a_folder_that_does_not_exist_is_a_usage_error(tmp_path):
    ended = newscrawl(tmp_path, "--directory", "missing", "verify")
    assert ended.returncode == 2
    assert "missing can't be used" in ended.stderr
