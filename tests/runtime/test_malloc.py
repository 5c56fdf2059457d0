"""The pool of memory that threads share."""

import ctypes
from types import SimpleNamespace

import pytest

from newscrawl.runtime.malloc import share_one_pool


def test_the_c_library_keeps_one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    library = SimpleNamespace(mallopt=lambda *option: told.append(option))
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    share_one_pool()
    assert told == [(-8, 1)]


def test_another_c_library_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())
    share_one_pool()
