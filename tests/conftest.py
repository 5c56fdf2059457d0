"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded real answers and pages, which is not part of the project."""
    folder = os.environ.get("NEWSCRAWL_CORPUS")
    if not folder:
        pytest.skip("NEWSCRAWL_CORPUS is unset: it names the folder of recorded pages")
    return Path(folder).resolve()
