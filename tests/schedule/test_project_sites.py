"""The list of sites of a worker, which is read again and again."""

from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from newscrawl.archive import scheduled_sites
from newscrawl.archive.database import Archive
from newscrawl.exceptions import ConfigurationError
from newscrawl.schedule.plan import Plan
from newscrawl.schedule.project_sites import SiteList
from tests.archive.conftest import archive

__all__ = ["archive"]


def sites_of(plan: Plan | None) -> list[str]:
    assert plan is not None
    return [entry.name for entry in plan.entries]


def test_a_list_is_checked_again_only_if_its_file_or_table_changed(
    archive: Archive, tmp_path: Path
):
    file = tmp_path / "sites.toml"
    file.write_text('[[site]]\nsite = "https://a.example"\n')
    found = SiteList(get_project_settings(), file, archive)
    first = found.read()
    assert found.read() is first
    archive.call(scheduled_sites.save, {"b.example": {"site": "https://b.example"}})
    assert sites_of(found.read()) == ["a.example", "b.example"]
    file.write_text('[[site]]\nsite = "https://c.example"\n')
    assert sites_of(found.read()) == ["c.example", "b.example"]


def test_a_mistake_in_a_list_is_reported_at_each_look(archive: Archive, tmp_path: Path):
    found = SiteList(get_project_settings(), tmp_path / "missing.toml", archive)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="can't be read"):
            found.read()
