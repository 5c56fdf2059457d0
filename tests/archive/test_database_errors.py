"""Errors of the database have a remedy."""

import pytest
from sqlalchemy.exc import OperationalError

from newscrawl.archive.database_errors import explained
from newscrawl.exceptions import ArchiveError


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (
            'could not extend file "base/5/1": No space left on device',
            "the disk is full: make room",
        ),
        ("FATAL:  sorry, too many clients already", "raise max_connections of PostgreSQL"),
        ('FATAL:  too many connections for role "crawler"', "raise max_connections of PostgreSQL"),
        (
            "FATAL:  remaining connection slots are reserved for roles with SUPERUSER",
            "raise max_connections of PostgreSQL",
        ),
        (
            "could not connect: Connection refused",
            "start the database or correct NEWSCRAWL_ARCHIVE",
        ),
    ],
)
def test_the_remedy_of_a_database_server_s_error(message: str, remedy: str):
    with pytest.raises(ArchiveError, match=remedy), explained("postgresql://localhost/news"):
        raise OperationalError(None, None, Exception(message))
