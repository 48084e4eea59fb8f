"""A loopback Zotero 10: its API on 127.0.0.1:23119 where that differs from the Web API.

These differences were read in Zotero's source, not recorded.
"""

from __future__ import annotations

import json
import time
from typing import Any

from paperexport_zotero.testing._library import Library, Problem
from paperexport_zotero.testing._server import HTML, JSON, ApiKey, Reply, Request, ZoteroServer

KEPT = ("zotero-api-version", "content-type", "zotero-write-token", "if-modified-since-version")


class LocalZotero(ZoteroServer):
    """A running Zotero: server ids, local keys, equal versions, no ``/deleted``.

    Args:
        server_id: what each reply names; empty is a Zotero before 10, which takes no writes.
        enabled: whether other applications may use the API.
        says: what the person at the dialog says: ``yes``, ``once`` (not remembered), ``no``.
        how: as :class:`ZoteroServer` takes it.

    Attributes:
        shown: the library and the collection that are open, where the connector saves to; the
            collection is empty where none is selected.
        editable: whether the open library can be edited.
    """

    def __init__(
        self, *, server_id: str = "local1", enabled: bool = True, says: str = "yes", **how: Any
    ) -> None:
        super().__init__(**how)
        self.server_id = server_id
        self.enabled = enabled
        self.says = says
        self.local_keys: dict[str, bool] = {}
        self.equal = True
        self.shown = ("users/1", "")
        self.editable = True
        self._asked: list[float] = []
        self._user = next(iter(self.users))
        self._inside = next(iter(self.keys))
        self.keys[self._inside] = ApiKey(secret=self._inside, user=self._user)

    @property
    def url(self) -> str:
        """The base of the API, for ``PAPEREXPORT_ZOTERO_LOCAL_URL``."""
        return f"{super().url}/api"

    def _served(self, request: Request) -> Reply:
        if request.path == "/connector/ping":
            return Reply(
                200, b"<html><body>Zotero is running</body></html>", {"Content-Type": HTML}
            )
        if request.path == "/connector/getSelectedCollection":
            return Reply(200, json.dumps(self._selected()).encode(), {"Content-Type": JSON})
        if request.path == "/connector/saveItems":
            return self._saved(json.loads(request.body))
        if not self.enabled:
            return Reply(403, b"Local API is not enabled", {"Content-Type": HTML})
        try:
            reply = self._api(request)
        except Problem as problem:
            reply = Reply(problem.code, problem.message.encode(), {"Content-Type": "text/plain"})
        if self.server_id:
            reply.headers["Zotero-Server-ID"] = self.server_id
        return reply

    def _selected(self) -> dict[str, Any]:
        """What is open, and all that could be: the ids are of rows of its database, and no keys."""
        path, key = self.shown
        targets: list[dict[str, Any]] = []
        rows: dict[str, str] = {}

        def branch(library: Library, parent: str, level: int) -> None:
            for one in library.collections.values():
                if one.parent == parent and not one.deleted:
                    rows[one.key] = f"C{len(rows) + 1}"
                    target = {"id": rows[one.key], "name": one.name}
                    targets.append({**target, "filesEditable": self.editable, "level": level})
                    branch(library, one.key, level + 1)

        for number, library in enumerate(self.libraries.values(), 1):
            target = {"id": f"L{number}", "name": _named(library)}
            targets.append({**target, "filesEditable": self.editable, "level": 0})
            branch(library, "", 1)
        library = self.libraries[path]
        return {
            "libraryID": 1 + list(self.libraries).index(path),
            "libraryName": _named(library),
            "libraryEditable": self.editable,
            "filesEditable": self.editable,
            "editable": self.editable,
            "id": int(rows[key][1:]) if key else None,
            "name": library.collections[key].name if key else _named(library),
            "targets": targets,
            "tags": {one["id"]: [] for one in targets if one["id"].startswith("L")},
        }

    def _saved(self, said: dict[str, Any]) -> Reply:
        """Into whatever collection is open: no keys come back, and nothing is looked up."""
        if said["sessionID"] in self.local_keys:
            return Reply(409, b'{"error":"SESSION_EXISTS"}', {"Content-Type": JSON})
        self.local_keys[said["sessionID"]] = False
        library, key = self.libraries[self.shown[0]], self.shown[1]
        objects = [{k: v for k, v in one.items() if k != "id"} for one in said["items"]]
        for one in objects if key else ():
            one["collections"] = [key]
        inner = Request(
            "POST", f"/{library.path}/items", [], {"zotero-api-key": self._inside},
            json.dumps(objects).encode(),
        )  # fmt: skip
        super()._served(inner)
        return Reply(201)

    def _api(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api") or "/"
        if path == "/":
            return Reply(200, b"Nothing to see here.", {"Content-Type": HTML})
        if path == "/local/authorize":
            return self._authorized()
        parts = path.strip("/").split("/")
        if parts[0] == "users" and parts[1] not in ("0", str(self._user)):
            raise Problem(400, "Only data for the logged-in user is available locally -- use 0")
        if parts[0] not in ("users", "groups") or parts[-1] == "deleted":
            raise Problem(404, "No endpoint found")
        if parts[0] == "users":
            path = "/".join(["/users", str(self._user), *parts[2:]])
        if request.method not in ("GET", "HEAD"):
            self._may_write(request)
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        headers["zotero-api-key"] = self._inside
        inner = Request(request.method, path, request.query, headers, request.body)
        return super()._served(inner)

    def _may_write(self, request: Request) -> None:
        if not self.server_id:
            raise Problem(400, "Method not supported")
        said = request.headers.get("zotero-server-id")
        if said is None:
            raise Problem(428, "Zotero-Server-ID not provided")
        if said != self.server_id:
            raise Problem(412, f"Zotero-Server-ID mismatch (expected {self.server_id})")
        key = request.headers.get("zotero-api-key", "")
        if not key:
            raise Problem(401, "API key required -- POST to /api/local/authorize")
        if key not in self.local_keys:
            raise Problem(401, "Invalid or expired API key")
        if not self.local_keys[key]:
            del self.local_keys[key]  # it was for one write

    def _authorized(self) -> Reply:
        now = time.monotonic()
        self._asked = [then for then in self._asked if now - then < 300] + [now]
        if len(self._asked) > 5:
            return Reply(429, b"Too many requests")
        if self.says == "no":
            return Reply(403, b'{"denied":true}', {"Content-Type": JSON})
        key = f"local{len(self._asked)}key"
        self.local_keys[key] = self.says == "yes"
        said = {"key": key, "remember": self.says == "yes"}
        return Reply(200, json.dumps(said).encode(), {"Content-Type": JSON})


def _named(library: Library) -> str:
    return "My Library" if library.kind == "user" else library.name
