"""The condition that a column has one of many values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.sql.compiler import SQLCompiler


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of the values, which are numbers or texts.

    For SQLite they are one parameter. A parameter for each value takes SQLAlchemy longer than the
    look-up takes SQLite.
    """
    if connection.dialect.name != "sqlite":
        return column.in_(list(values))
    listed = bindparam(None, orjson.dumps([*values]).decode(), String)
    return column.op("IN", is_comparison=True)(_Listed(listed))


class _Listed(FunctionElement[Any]):
    """The values of a JSON array, as a query."""

    inherit_cache = True


@compiles(_Listed)
def _as_query(listed: _Listed, compiler: SQLCompiler, **options: Any) -> str:
    placeholder = compiler.process(listed.clauses, **options)
    return f"(SELECT value FROM json_each({placeholder}))"  # noqa: S608 - no value is in it
