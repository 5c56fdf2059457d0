"""The one proxy that a crawl may go through: the operator's, never the environment's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.exceptions import ConfigurationError
from newscrawl.net.address_filter import url_problem


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, to which the address guard lets us connect whatever its address.

    Through a proxy the guard sees only the proxy's address, not the one the proxy connects to: it
    still refuses URLs whose host is a forbidden literal address, but names are resolved by the
    proxy, which must refuse private addresses itself.
    """

    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @classmethod
    def parse(cls, setting: str) -> Proxy | None:
        """Return the proxy of a setting such as ``"http://10.0.0.1:3128"``; None when it is empty.

        Raises:
            ConfigurationError: If it is not of that form.
        """
        if not setting:
            return None
        problem = url_problem(setting)
        parts = urlsplit(setting) if problem is None else None
        if parts is None or parts.scheme != "http" or parts.port is None or parts.path.strip("/"):
            raise ConfigurationError(
                "NEWSCRAWL_PROXY must be http://HOST:PORT, without credentials, or empty"
            )
        return cls(parts.hostname or "", parts.port)
