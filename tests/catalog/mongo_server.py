"""A server that speaks MongoDB's wire protocol for the commands that reading needs, over documents that a test gives.

No MongoDB-compatible server that the package registries carry runs with a present pymongo, so this one stands in: the
client is the real one, the bytes are the protocol's (OP_MSG), the answers have the shapes that MongoDB documents.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from bson import decode, encode

__all__ = ["MongoServer"]

_OP_REPLY, _OP_QUERY, _OP_MSG = 1, 2004, 2013


class MongoServer:
    """Serves databases of collections from when it is entered.

    unknown: Commands and stages that this server refuses, such as ``$sample``.
    broken: Collections that can't be read.
    """

    def __init__(self) -> None:
        self.databases: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
        self.options: dict[str, dict[str, Any]] = {}
        self.unknown: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self._cursors: dict[int, tuple[str, list[Any]]] = {}
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> MongoServer:
        self._start(self._accept)
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)
        for connection in self._connections:
            connection.close()

    def _start(self, target: Any, *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                self._connections.append(connection)
                self._start(self._serve, connection)

    # -- the protocol ----------------------------------------------------------------------------------------

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, struct.error):
            stream = connection.makefile("rb")
            while header := stream.read(16):
                length, request, _, code = struct.unpack("<iiii", header)
                body = stream.read(length - 16)
                if code == _OP_QUERY:
                    end = body.index(b"\0", 4) + 1 + 8
                    answer = encode(self._answer(decode(body[end:])))
                    payload = struct.pack("<iqii", 8, 0, 0, 1) + answer
                    connection.sendall(struct.pack("<iiii", 16 + len(payload), 0, request, _OP_REPLY) + payload)
                else:
                    payload = struct.pack("<ib", 0, 0) + encode(self._answer(_read_message(body)))
                    connection.sendall(struct.pack("<iiii", 16 + len(payload), 0, request, _OP_MSG) + payload)

    def _answer(self, command: Mapping[str, Any]) -> dict[str, Any]:
        name = next(iter(command))
        self.asked.append(name)
        known = {
            "ismaster": self._hello,
            "isMaster": self._hello,
            "hello": self._hello,
            "ping": lambda command: {"ok": 1.0},
            "endSessions": lambda command: {"ok": 1.0},
            "killCursors": lambda command: {"ok": 1.0},
            "listCollections": self._list_collections,
            "aggregate": self._aggregate,
            "find": self._find,
            "count": lambda command: {"n": len(self._collection(command, "count")), "ok": 1.0},
            "getMore": self._more,
        }
        if name not in known or name in self.unknown:
            return {"ok": 0.0, "errmsg": f"no such command: '{name}'", "code": 59, "codeName": "CommandNotFound"}
        if command[name] in self.broken:
            return {"ok": 0.0, "errmsg": "read failed: WT_ERROR", "code": 8, "codeName": "UnknownError"}
        answer: dict[str, Any] = known[name](command)
        return answer

    def _hello(self, command: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ismaster": True,
            "isWritablePrimary": True,
            "maxBsonObjectSize": 16777216,
            "maxMessageSizeBytes": 48000000,
            "maxWriteBatchSize": 100000,
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
            "ok": 1.0,
        }

    # -- reading ---------------------------------------------------------------------------------------------

    def _collection(self, command: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        return self.databases.get(command["$db"], {}).get(command[name], [])

    def _list_collections(self, command: Mapping[str, Any]) -> dict[str, Any]:
        listed = []
        for name in self.databases.get(command["$db"], {}):
            options = self.options.get(name, {})
            kind = "view" if "viewOn" in options else "collection"
            listed.append({"name": name, "type": kind, "options": options, "info": {"readOnly": False}})
        return self._cursor(f"{command['$db']}.$cmd.listCollections", listed, command)

    def _aggregate(self, command: Mapping[str, Any]) -> dict[str, Any]:
        documents = list(self._collection(command, "aggregate"))
        for stage in command["pipeline"]:
            ((name, asked),) = stage.items()
            if name != "$sample" or name in self.unknown:
                return {"ok": 0.0, "errmsg": f"Unrecognized pipeline stage name: '{name}'", "code": 40324}
            documents = random.Random(7).sample(documents, min(asked["size"], len(documents)))
        return self._cursor(f"{command['$db']}.{command['aggregate']}", documents, command)

    def _find(self, command: Mapping[str, Any]) -> dict[str, Any]:
        documents = self._collection(command, "find")[: command.get("limit") or None]
        return self._cursor(f"{command['$db']}.{command['find']}", documents, command)

    def _cursor(self, namespace: str, documents: Sequence[Any], command: Mapping[str, Any]) -> dict[str, Any]:
        size = command.get("cursor", {}).get("batchSize") or command.get("batchSize") or 101
        first, rest = list(documents[:size]), list(documents[size:])
        number = len(self._cursors) + 1 if rest else 0
        if rest:
            self._cursors[number] = (namespace, rest)
        return {"cursor": {"id": _long(number), "ns": namespace, "firstBatch": first}, "ok": 1.0}

    def _more(self, command: Mapping[str, Any]) -> dict[str, Any]:
        namespace, rest = self._cursors[command["getMore"]]
        size = command.get("batchSize") or 1000
        batch, self._cursors[command["getMore"]] = rest[:size], (namespace, rest[size:])
        left = command["getMore"] if rest[size:] else 0
        return {"cursor": {"id": _long(left), "ns": namespace, "nextBatch": batch}, "ok": 1.0}


def _long(number: int) -> Any:
    from bson.int64 import Int64

    return Int64(number)


def _read_message(body: bytes) -> dict[str, Any]:
    """The document of an OP_MSG, with its document sequences put in."""
    command: dict[str, Any] = {}
    position = 4
    while position < len(body):
        kind = body[position]
        (size,) = struct.unpack_from("<i", body, position + 1)
        section = body[position + 1 : position + 1 + size]
        if kind == 0:
            command = {**decode(section), **command}
        position += 1 + size
    return command
