"""On import: record the statements that this process runs on an archive, until it ends.

Nothing is recorded if the environment names no file for it.
"""

from __future__ import annotations

import atexit
import json
import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event

FILE: Final = "STATEMENTS_FILE"
"""The environment variable with the path of the file that is written."""

_seen: dict[str, list[str]] = {}


def _record(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
) -> None:
    first = parameters[0] if many else parameters
    _seen.setdefault(statement, [str(value) for value in first])


def _write() -> None:
    Path(os.environ[FILE]).write_text(json.dumps(_seen))


if FILE in os.environ:
    event.listen(Engine, "before_cursor_execute", _record)
    atexit.register(_write)
