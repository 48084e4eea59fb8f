"""The server without a socket, for pyzotero's client; connections that fail, processes that die."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx2

from paperexport_zotero.testing._server import Request, ZoteroServer


class Wire(httpx2.BaseTransport):
    """Requests go to a server in this process.

    Args:
        server: who answers; no answer of its is a connection that was closed.
        before: called before each request; may raise, for a process that dies before it is sent.
        after: called behind each request; may raise, for one that dies before it reads the answer.
    """

    def __init__(
        self,
        server: ZoteroServer,
        *,
        before: Callable[[httpx2.Request], object] = lambda _request: None,
        after: Callable[[httpx2.Request], object] = lambda _request: None,
    ) -> None:
        self.server = server
        self.before = before
        self.after = after

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask the server."""
        self.before(request)
        reply = self.server.answer(
            Request(
                request.method,
                request.url.path,
                parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True),
                {name.lower(): value for name, value in request.headers.items()},
                request.read(),
            )
        )
        self.after(request)
        if not reply.status:
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        cut = reply.headers.pop("x-cut", "")
        body = reply.body[: len(reply.body) // 2] if cut else reply.body
        if cut:
            raise httpx2.ReadError("peer closed connection without sending complete message body")
        return httpx2.Response(reply.status, headers=reply.headers, content=body)
