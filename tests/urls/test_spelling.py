"""The spellings of addresses, sound ones and others."""

import pytest

from newscrawl.urls.spelling import respelled, spellings


@pytest.mark.parametrize("address", ["http://[::1", "https://[a]/x", "http://a／b/", "//[", ""])
def test_an_address_that_is_broken_has_only_its_own_spelling(address):
    assert respelled(f"see {address}", address) == [f"see {address}"]
    assert spellings(address)[0] == address
