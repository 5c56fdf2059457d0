"""Small real web servers in one process, with a log of every visit."""

from __future__ import annotations

import gzip
import itertools
import os
import selectors
import socket
import struct
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import BaseServer, TCPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from newscrawl.testing.web import Handler, Reply, Request, php_params

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

JOIN_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 60.0
WORTH_COMPRESSING_BYTES = 400


@dataclass(slots=True, kw_only=True)
class Visit:
    """One line of the access log, written when a request arrives and completed as it is answered.

    Attributes:
        server: The server's name: "magazine", "harborwire", ...
        host: Its address and port.
        path: With the query, as asked for.
        started, ended: Seconds on the monotonic clock; *ended* is when the latest piece was sent,
            set before it goes out: who has an answer finds it ended. 0 while nothing was sent.
        status: 0 while under way, and for answers that are not HTTP.
    """

    server: str
    host: str
    method: str
    path: str
    user_agent: str
    started: float
    ended: float = 0.0
    status: int = 0


class Servers:
    """Web servers on loopback addresses and free ports, which share one access log.

    One thread accepts for all of them; each connection has a thread of its own.

    Args:
        clock: Gives the time of the ``Date`` header, in seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.log: list[Visit] = []
        self.stopping = threading.Event()
        self._listeners: dict[str, _Listener] = {}
        self._accepting = threading.Thread(target=self._accept, name="demo-accept", daemon=True)
        self._wake, self._waker = socket.socketpair()

    def add(self, name: str, handler: Handler, *, address: str = "127.0.0.1", port: int = 0) -> str:
        """Open a server before the start, and return its URL, without a final slash.

        If *address* can't be bound (macOS has no 127.0.0.2), it gets a port of 127.0.0.1.

        Args:
            port: 0 for a free one. An OSError is raised if another one can't be bound.
        """
        try:
            listener = _Listener((address, port), self, name, handler)
        except OSError:
            if port:
                raise
            listener = _Listener(("127.0.0.1", 0), self, name, handler)
        self._listeners[name] = listener
        return f"http://{listener.host}"

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._waker.send(b"!")
        self._accepting.join(JOIN_SECONDS)
        for listener in self._listeners.values():
            listener.close()
        self._wake.close()
        self._waker.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            for listener in self._listeners.values():
                selector.register(listener.socket, selectors.EVENT_READ, listener)
            while not self.stopping.is_set():
                for key, _ in selector.select():
                    if key.data:
                        key.data.handle_request()


class _Listener(HTTPServer):
    """One server: an address, a handler, and the connections that are open."""

    request_queue_size = 128
    timeout = 0

    def __init__(
        self, place: tuple[str, int], servers: Servers, name: str, handler: Handler
    ) -> None:
        address = place[0]
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.servers = servers
        self.name = name
        self.handler = handler
        self.counts: dict[str, itertools.count[int]] = {}
        self.connections: dict[socket.socket, threading.Thread] = {}
        super().__init__(place, _Connection)
        shown = f"[{address}]" if ":" in address else address
        self.host = f"{shown}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without the reverse look-up of a name that HTTPServer makes."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread that close() can end."""
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        self.connections[request] = thread
        thread.start()

    def _serve(self, connection: socket.socket, client_address: Any) -> None:
        try:
            self.finish_request(connection, client_address)
        except OSError:
            pass  # the client left, or close() hung up
        finally:
            self.shutdown_request(connection)

    def shutdown_request(self, request: Any) -> None:
        self.connections.pop(request, None)
        super().shutdown_request(request)

    def close(self) -> None:
        """Close all connections and free the port."""
        self.server_close()
        open_now = list(self.connections.items())
        for connection, _ in open_now:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has just ended by itself
        for _, thread in open_now:
            thread.join(JOIN_SECONDS)

    def receive(self, method: str, target: str, headers: dict[str, str]) -> Request:
        """Return the request that was read, with its count per target."""
        counter = self.counts.setdefault(target, itertools.count(1))
        path, _, query = target.partition("?")
        return Request(
            method=method,
            path=unquote(path),
            query=query,
            params=php_params(query),
            headers=headers,
            count=next(counter),
        )


class _Connection(BaseHTTPRequestHandler):
    """Reads requests of one client, and writes what the server's handler replies."""

    server: BaseServer
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = KEEP_ALIVE_SECONDS
    wbufsize = -1

    def do_GET(self) -> None:
        listener = self.server
        assert isinstance(listener, _Listener)
        visit = Visit(
            server=listener.name,
            host=listener.host,
            method=self.command,
            path=self.path,
            user_agent=self.headers.get("User-Agent", ""),
            started=time.monotonic(),
        )
        listener.servers.log.append(visit)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = listener.handler(listener.receive(self.command, self.path, headers))
        visit.status = 0 if reply.raw else reply.status
        self._send(reply, visit, listener.servers.stopping)

    do_HEAD = do_GET  # noqa: N815

    def _send(self, reply: Reply, visit: Visit, stopping: threading.Event) -> None:
        if reply.delay:
            stopping.wait(reply.delay)
        if isinstance(reply.body, bytes) and not reply.raw:
            visit.ended = time.monotonic()
            self._send_whole(reply)
        else:
            self._send_pieces(reply, visit, stopping)
        if reply.reset:
            self._tear_down()

    def _tear_down(self) -> None:
        """Send RST instead of FIN. This needs the descriptor closed at once."""
        linger = struct.pack("ii", 1, 0)  # on, for 0 s
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())
        self.close_connection = True

    def _send_whole(self, reply: Reply) -> None:
        body, headers = reply.body, list(reply.headers)
        assert isinstance(body, bytes)
        if len(body) > WORTH_COMPRESSING_BYTES and self._may_compress(reply):
            body = gzip.compress(body, 1, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        if not reply.has("Content-Length"):
            headers.append(("Content-Length", str(len(body))))
        self._send_head(reply.status, headers)
        if self.command != "HEAD" and reply.status != 304:
            self.wfile.write(body)
        self.wfile.flush()

    def _may_compress(self, reply: Reply) -> bool:
        wanted = "gzip" in self.headers.get("Accept-Encoding", "")
        return wanted and not reply.has("Content-Encoding") and not reply.has("Content-Length")

    def _send_pieces(self, reply: Reply, visit: Visit, stopping: threading.Event) -> None:
        self.close_connection = True
        if not reply.raw:
            self._send_head(reply.status, [*reply.headers, ("Connection", "close")])
        pieces = [reply.body] if isinstance(reply.body, bytes) else reply.body
        for piece in pieces:
            visit.ended = time.monotonic()
            self.wfile.write(piece)
            self.wfile.flush()
            if reply.pace:
                stopping.wait(reply.pace)
            if stopping.is_set():
                return
        self.wfile.flush()

    def _send_head(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Give the time of the servers' clock, which may be ahead of the computer's."""
        assert isinstance(self.server, _Listener)
        return super().date_time_string(timestamp or self.server.servers.clock())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write no log: the visits are the log."""
