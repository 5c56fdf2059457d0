"""A small server that replies exactly as scripted, byte by byte, and counts its visits."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

PATIENCE = 30.0
"""Seconds after which a server gives up that is silent or endless."""

Route: TypeAlias = bytes | Callable[["Visitor"], None]


def page(body: bytes | str = b"<p>A page.</p>", status: str = "200 OK", **headers: object) -> bytes:
    """Return a whole HTTP answer; ``_`` in the names of headers stands for ``-``."""
    body = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "text/html", "Content-Length": len(body)}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def moved(location: str, status: int = 302) -> bytes:
    """Return a redirect."""
    return page(b"", f"{status} Moved", Location=location)


@dataclass(frozen=True)
class Visit:
    """One request: its arrival, in seconds of a steady clock, and its content."""

    at: float
    target: str
    headers: dict[str, str]


class Visitor:
    """A connection with a request on it, for routes that answer in pieces."""

    def __init__(self, connection: socket.socket, visit: Visit, number: int) -> None:
        self.visit = visit
        self.number = number  # of requests for this target so far, this one included
        self._connection = connection

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def drip(self, data: bytes, pause: float, seconds: float = PATIENCE) -> None:
        """Send *data* again and again until the other side is tired of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.send(data)
            time.sleep(pause)

    def hang(self, seconds: float = PATIENCE) -> None:
        """Send nothing until the client leaves."""
        self._connection.settimeout(seconds)
        self._connection.recv(1)

    def pipe(self, address: str, port: int) -> None:
        """Carry bytes to another server and back, until either side is done."""
        with socket.create_connection((address, port)) as other:
            ways = [(self._connection, other), (other, self._connection)]
            threads = [threading.Thread(target=_carry, args=way, daemon=True) for way in ways]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(20)

    def reset(self) -> None:
        """Close with a reset."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._connection.close()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


class Securing(Protocol):
    """What an `ssl.SSLContext` does, or fails to do, with a connection."""

    def wrap_socket(self, sock: socket.socket, *, server_side: bool) -> socket.socket: ...


class Server:
    """Serves routes on a port of *address*, a free one for 0; targets without one are 404."""

    def __init__(
        self,
        routes: Mapping[str, Route] | None = None,
        address: str = "127.0.0.1",
        port: int = 0,
        tls: Securing | None = None,
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.visits: list[Visit] = []
        self.connections = 0
        self.address = address
        self._tls = tls
        self._server = self._listen(port)
        self.port: int = self._server.server_address[1]
        host = f"[{address}]" if ":" in address else address
        self.key = f"{host}:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.key}"

    def _listen(self, port: int) -> socketserver.ThreadingTCPServer:
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                with suppress(OSError):
                    outer._serve(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            address_family = socket.AF_INET6 if ":" in outer.address else socket.AF_INET
            daemon_threads = True
            block_on_close = False
            request_queue_size = 50

        return Listener((self.address, port), Handler)

    def _serve(self, connection: socket.socket) -> None:
        if self._tls is not None:
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._answer_all(secured)
        else:
            self._answer_all(connection)

    def _answer_all(self, connection: socket.socket) -> None:
        while visit := self._read(connection):
            self.visits.append(visit)
            number = sum(one.target == visit.target for one in self.visits)
            route = self.routes.get(visit.target, page(b"", "404 Not Found"))
            if callable(route):
                route(Visitor(connection, visit, number))
                return
            connection.sendall(route)

    @staticmethod
    def _read(connection: socket.socket) -> Visit | None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                return None
            head += data
            if head.startswith(b"\x16"):  # TLS, which nobody speaks here
                connection.sendall(page("Speak HTTP.", "400 Bad Request"))
                return None
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return Visit(time.monotonic(), first.split(" ")[1], headers)

    def targets(self) -> list[str]:
        """Return what was asked for, in order."""
        return [visit.target for visit in self.visits]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
