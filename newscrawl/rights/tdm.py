"""The rules of ``/.well-known/tdmrep.json``: for which paths a host reserves text and data mining.

Source: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from newscrawl.rights.robots import best_match

WELL_KNOWN_PATH: Final = "/.well-known/tdmrep.json"
MAX_BYTES: Final = 64 * 1024
MAX_RULES: Final = 200
_MAX_VALUE_LENGTH: Final = 500


def parse_rules(body: bytes) -> list[dict[str, str]]:
    """Return the rules of a tdmrep.json, of what is well-formed in it; [] for anything else.

    >>> parse_rules(b'[{"location": "/news/", "tdm-reservation": 1, "other": []}, 7]')
    [{'location': '/news/', 'tdm-reservation': '1'}]
    """
    try:
        decoded = orjson.loads(body) if len(body) <= MAX_BYTES else None
    except orjson.JSONDecodeError:
        return []
    if not isinstance(decoded, list):
        return []
    rules = (_rule(entry) for entry in decoded[:MAX_RULES] if isinstance(entry, dict))
    return [rule for rule in rules if rule]


def _rule(entry: dict[str, Any]) -> dict[str, str]:
    location, reservation = entry.get("location"), entry.get("tdm-reservation")
    if not isinstance(location, str) or str(reservation) not in {"0", "1"}:
        return {}
    rule = {"location": location[:_MAX_VALUE_LENGTH], "tdm-reservation": str(reservation)}
    policy = entry.get("tdm-policy")
    if isinstance(policy, str) and policy:
        rule["tdm-policy"] = policy[:_MAX_VALUE_LENGTH]
    return rule


def signals(rules: list[dict[str, str]], path: str) -> dict[str, str]:
    """Return ``tdm-reservation`` and ``tdm-policy`` for *path*, of the most specific rule.

    >>> rules = parse_rules(b'[{"location": "/", "tdm-reservation": 1}]')
    >>> signals(rules, "/2026/post")
    {'tdm-reservation': '1'}
    """
    by_location = {rule["location"]: rule for rule in reversed(rules)}
    location = best_match(by_location, path)
    if location is None:
        return {}
    return {name: value for name, value in by_location[location].items() if name != "location"}
