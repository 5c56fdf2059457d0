"""On import: record the statements that this process runs on an archive, until it ends."""

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


@event.listens_for(Engine, "before_cursor_execute")
def _record(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
) -> None:
    first = parameters[0] if many else parameters
    _seen.setdefault(statement, [str(value) for value in first])


@atexit.register
def _write() -> None:
    Path(os.environ[FILE]).write_text(json.dumps(_seen))
