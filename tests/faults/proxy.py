"""A cable between a program and PostgreSQL that can be cut."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "127.0.0.1"
SOCKET = ".s.PGSQL.5432"


@dataclass
class Proxy:
    """Passes on whatever comes, both ways."""

    target: Path
    """PostgreSQL's own socket."""
    listener: socket.socket
    connected: list[socket.socket] = field(default_factory=list)

    @classmethod
    @contextmanager
    def to(cls, target: Path) -> Iterator[Proxy]:
        """Listen on a free port while the block runs."""
        with socket.create_server((HOST, 0)) as listener:
            proxy = cls(target, listener)
            thread = threading.Thread(target=proxy._accept, daemon=True)
            thread.start()
            try:
                yield proxy
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()
                proxy.cut()

    def url(self, direct: str) -> str:
        """Return the address of a database through this proxy."""
        name = urlsplit(direct).path
        return f"postgresql+psycopg://postgres@{HOST}:{self.listener.getsockname()[1]}{name}"

    def cut(self) -> None:
        """Cut all connections that there are; new ones are let through."""
        while self.connected:
            end = self.connected.pop()
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(str(self.target))
                except OSError:  # it is being started
                    near.close()
                    far.close()
                    continue
                self.connected += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with source:
        with suppress(OSError):
            while part := source.recv(65536):
                sink.sendall(part)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
