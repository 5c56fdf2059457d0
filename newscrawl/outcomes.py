"""How an article can end: the closed list of outcomes, and which of them may heal."""

from typing import Final

FETCHED: Final = "fetched"
PENDING: Final = "pending"
EXTRACTION_FAILED: Final = "extraction_failed"

OUTCOMES: Final = frozenset(
    {
        FETCHED,
        PENDING,
        EXTRACTION_FAILED,
        "bot_wall",
        "client_error",
        "connection_error",
        "dns_error",
        "excerpt_only",
        "forbidden",
        "gone",
        "not_found",
        "not_html",
        "paywall",
        "policy_skipped",
        "rate_limited",
        "redirect_loop",
        "robots_disallowed",
        "server_error",
        "timeout",
        "tls_error",
        "too_large",
        "unsafe_address",
    }
)

HEALING: Final = frozenset(
    {"server_error", "timeout", "dns_error", "connection_error", "rate_limited", "bot_wall"}
)
"""Outcomes of a passing state: asked again on a ladder of delays."""
