"""Serves the site: one command, web processes and a worker beside them.

The process that the operator sees supervises. It makes the installation current, starts granian's
web processes (forked, so that they share the loaded code) and one worker, and stops them all.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import logging
import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sojourn.config.processes import ALIVE_PIPE, STARTED_BY, die_with_parent
from sojourn.config.web_processes import (
    HANGS_AFTER_SECONDS,
    LOOKED_AT_EACH_SECONDS,
    PAUSES,
    SECONDS_TO_FINISH,
    SECONDS_TO_START,
    STEADY_AFTER_SECONDS,
    THREADS_PER_PROCESS,
    SteadyServer,
)

if TYPE_CHECKING:
    from sojourn.config.web_processes import Alive

logger = logging.getLogger("sojourn.serve")


class PortError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


@dataclass(frozen=True)
class Address:
    """Where the site listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


@contextlib.contextmanager
def reserved(address: Address) -> Iterator[None]:
    """Hold the port for this installation alone.

    Granian's processes share the port with SO_REUSEPORT, with which a second installation of the
    same user could take half of our visitors. So we first bind it without that option, which fails
    if anybody else is there, and only then allow our own processes to join.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as holder:
        # Connections of a server stopped a moment ago do not keep the port.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((address.host, address.port))
        except (OSError, OverflowError) as error:
            raise PortError(_why_not(address, error)) from error
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield


def _why_not(address: Address, error: Exception) -> str:
    where = f"port {address.port} of {address.host}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return (
            f"Another program already uses {where}. Stop it, or choose another port: "
            f"make run PORT={address.port + 1}, or sojourn serve --port {address.port + 1}."
        )
    if isinstance(error, PermissionError):
        return f"You may not listen on {where}; ports below 1024 need special rights."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"Sojourn cannot listen on {where} ({reason})."


@dataclass
class WorkerProcess:
    """The worker beside the web processes; started again when it ends by itself or hangs."""

    stopping: threading.Event = field(default_factory=threading.Event)
    keeper: threading.Thread | None = None
    alive: int = -1
    """The end of a pipe on which the worker says each second that it lives."""

    def start(self) -> None:
        # From this thread, which lives as long as the process: the kernel tells the child when
        # the thread that started it ends.
        process = self._start_process()
        self.keeper = threading.Thread(
            target=self._keep_running, args=(process,), name="worker-keeper"
        )
        self.keeper.start()

    def _start_process(self) -> subprocess.Popen[bytes]:
        if self.alive >= 0:
            os.close(self.alive)
        self.alive, written = os.pipe()
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "sojourn", "worker"],
                env=os.environ | {STARTED_BY: str(os.getpid()), ALIVE_PIPE: str(written)},
                stdin=subprocess.DEVNULL,
                pass_fds=[written],
                # Out of reach of Ctrl-C, also while it is still starting; it is told by us.
                process_group=0,
            )
        finally:
            os.close(written)

    def _keep_running(self, process: subprocess.Popen[bytes]) -> None:
        ends = 0
        while True:
            started = time.monotonic()
            code = self._wait(process)
            if self.stopping.is_set():
                return
            ends = 0 if time.monotonic() - started >= STEADY_AFTER_SECONDS else ends + 1
            pause = PAUSES[min(ends, len(PAUSES) - 1)]
            logger.error("the worker ended with code %s; another starts in %g seconds", code, pause)
            if self.stopping.wait(pause):
                return
            process = self._start_process()

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        heard = time.monotonic() + SECONDS_TO_START
        looked = time.monotonic()
        while not self.stopping.is_set():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(0.5)
            now = time.monotonic()
            stood_still, looked = now - looked > 3 * LOOKED_AT_EACH_SECONDS, now
            if select.select([self.alive], [], [], 0)[0] and os.read(self.alive, 4096):
                heard = now
            elif stood_still:  # it was this process
                heard = max(heard, now)
            elif now - heard > HANGS_AFTER_SECONDS:
                logger.error("the worker hangs; it is ended and replaced")
                process.kill()
                return process.wait()
        process.terminate()
        try:
            return process.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def stop(self) -> None:
        self.stopping.set()
        if self.keeper is not None:
            self.keeper.join()


def serve(
    address: Address,
    processes: int,
    ready: Callable[[], None],
    worker: WorkerProcess | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once, when the first process can answer."""
    from django.conf import settings
    from django.db import connections

    from sojourn.catalogue.snapshot import last_good

    first = multiprocessing.get_context("fork").Lock()
    parent = os.getpid()

    def load(alive: Alive) -> Any:
        die_with_parent(parent, signal.SIGTERM)
        # Granian's handlers are not set yet; a request to stop waits until they are. Ctrl-C is left
        # to the supervisor: a process that went by itself would be replaced while all stop.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        from sojourn.catalogue.snapshot.service import follow_catalogue
        from sojourn.config.gateway import Gateway
        from sojourn.config.wsgi import application

        follow_catalogue()  # begins to build what the first visitor needs
        if first.acquire(block=False):  # kept: a process started later has nothing to announce
            ready()
        return Gateway(application, THREADS_PER_PROCESS, alive)

    _prepare()
    last_good.trust_from_now()
    # The web processes are forked from this one and must not share its connections.
    connections.close_all()
    os.register_at_fork(after_in_child=_forget_signals)
    multiprocessing.set_start_method("fork", force=True)
    server = SteadyServer(
        address=address.host,
        port=address.port,
        workers=processes,
        log_dictconfig=_granian_log(settings.LOGGING),
    )
    if worker is None:
        server.serve(target_loader=load, wrap_loader=False)
        return
    server.on_startup(worker.start)
    try:
        server.serve(target_loader=load, wrap_loader=False)
    finally:
        worker.stop()


def _prepare() -> None:
    """Do before the fork what every process needs: once, and not while the first visitor waits.

    Above all not after both web processes ended on a busy machine: then the site is away meanwhile.
    """
    from django.conf import settings
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template
    from django.urls import reverse
    from django.utils import translation

    from sojourn.design.maps.shapes import atlas

    importlib.import_module("sojourn.config.wsgi")
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for page in ("portal:home", "plan:overview", "office:today"):
                reverse(page)  # imports every view, and reads their addresses
    atlas("110m")
    atlas("50m")
    folder = Path(__file__).parents[1]
    for path in sorted(folder.glob("portal/**/*.html")):
        with contextlib.suppress(TemplateSyntaxError):
            get_template(path.relative_to(folder).as_posix())


def _forget_signals() -> None:
    """In a web process, the moment it is forked: do not keep the supervisor's signal handlers.

    Until granian sets its own, a request to stop would run the supervisor's handler in the copy
    and be lost.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _granian_log(ours: dict[str, Any]) -> dict[str, Any]:
    """Granian's messages in the form of our own."""
    return ours | {
        "loggers": ours["loggers"]
        | {"_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}}
    }


def sensible_process_count() -> int:
    """One web process a core, two at least so that one may be busy, four at most by default."""
    return max(2, min(4, os.cpu_count() or 2))
