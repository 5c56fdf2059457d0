"""The closed list of outcomes of an article, and those that may pass."""

from typing import Final

FETCHED: Final = "fetched"
PENDING: Final = "pending"
EXTRACTION_FAILED: Final = "extraction_failed"
POLICY_SKIPPED: Final = "policy_skipped"

OUTCOMES: Final = frozenset(
    {
        FETCHED,
        PENDING,
        EXTRACTION_FAILED,
        POLICY_SKIPPED,
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
"""Outcomes that may pass: the article is fetched again after growing delays."""
