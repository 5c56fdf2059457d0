"""A publisher on another loopback address, with the whole of each article."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.real.magazine import paragraphs

ADDRESS = "127.0.0.2"

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{title}</title></head>
<body><nav><a href="/">Home</a></nav>
<article><h1>{title}</h1>{body}</article>
<footer>All rights reserved.</footer></body></html>
"""


class Publisher:
    """Serves ``/story/N`` for a ``with`` block; everything else is 404, robots.txt too.

    Attributes:
        asked: The path of every request, in order.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer((ADDRESS, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def article(self, number: int) -> str:
        """The URL of one article."""
        return f"http://{ADDRESS}:{self._server.server_port}/story/{number}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                exc_type, _, number = self.path.lstrip("/").partition("/")
                if exc_type != "story" or not number.isdecimal():
                    self.send_error(404)
                    return
                page = _page(int(number)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_request(self, *args: object) -> None:
                pass  # ``asked`` is the log

            def log_error(self, *args: object) -> None:
                pass

        return Handler


def _page(number: int) -> str:
    body = "".join(f"<p>{words}</p>" for words in paragraphs(number, 12))
    return PAGE.format(title=f"The whole of report {number}", body=body)
