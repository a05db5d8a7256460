"""Keeps the web processes at work: one that ends or hangs is replaced, however often.

Granian starts them and notices when one ends. What it does then is ours: its own answer to two
ends in a row is to stop the whole site, and a process that only hangs it does not notice.
"""

from __future__ import annotations

import logging
import multiprocessing
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from granian._granian import ListenerSpec
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

logger = logging.getLogger("sojourn.serve")

# Python runs one thread at a time, so more threads than this only wait for each other; fewer
# would let one slow request (a password takes 50 ms to check) hold up the rest.
THREADS_PER_PROCESS = 4
SECONDS_TO_FINISH = 10
HANGS_AFTER_SECONDS = 10.0
# Until a process first says that it lives: importing and forking, on a busy machine. One that is
# ended before it had the time to begin is no nearer to serving the next time.
SECONDS_TO_START = 60.0
LOOKED_AT_EACH_SECONDS = 1.0
# The first end is answered at once, further ones after a pause; after half a minute of steady work
# it begins anew.
PAUSES = (0.0, 0.5, 1.0, 2.0)
STEADY_AFTER_SECONDS = 30.0
# A client that takes none of its answer for so long is let go.
READER_GONE_AFTER_MS = 60_000
CONNECTIONS_PER_PROCESS = 4_000

Alive = Callable[[], None]


class SteadyServer(MPServer):
    """Granian's supervisor, with our answer to processes that end or hang."""

    def __init__(
        self, *, address: str, port: int, workers: int, log_dictconfig: dict[str, Any]
    ) -> None:
        super().__init__(
            "sojourn",
            address=address,
            port=port,
            interface=Interfaces.RSGI,
            workers=workers,
            http=HTTPModes.http1,
            websockets=False,
            backlog=2 * CONNECTIONS_PER_PROCESS,
            backpressure=CONNECTIONS_PER_PROCESS,
            # A client that sends its headers drop by drop is let go.
            http1_settings=HTTP1Settings(header_read_timeout=15_000),
            log_level=LogLevels.warning,
            log_dictconfig=log_dictconfig,
            respawn_failed_workers=True,
            workers_kill_timeout=SECONDS_TO_FINISH,
        )
        self.alive_at = multiprocessing.RawArray("d", workers)
        """By process: when it last said that it lives, by the clock that all processes share."""
        self.started_at = [0.0] * workers
        self.ends = [0] * workers
        """By process: how often in a row it ended soon after its start."""
        self.due: dict[int, float] = {}
        """The processes to start again, and when."""
        self.looked_at = time.monotonic()
        self.excused_until = 0.0
        """Nobody could be heard before that: this process itself stood still."""

    def _init_shared_socket(self) -> None:
        # One queue for all: a process that hangs takes no visitor with it, and none is lost with
        # one that ends. (Granian gives each its own on Linux.)
        self._ssp = None
        holder: Any = ListenerSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._shd, self._sfd = holder, holder.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # inherited by every connection
            self._sso.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, READER_GONE_AFTER_MS)

    def _spawn_worker(  # type: ignore[override]
        self, idx: int, target: Any, callback_loader: Any
    ) -> WorkerProcess:
        self.started_at[idx] = self.alive_at[idx] = time.monotonic()

        def alive() -> None:
            self.alive_at[idx] = time.monotonic()

        return super()._spawn_worker(idx, target, partial(callback_loader, alive))

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        while True:
            self.main_loop_interrupt.wait(LOOKED_AT_EACH_SECONDS)
            if self.interrupt_signal:
                return
            self.main_loop_interrupt.clear()
            now = time.monotonic()
            while self.interrupt_children:
                self._plan_another(self.interrupt_children.pop(), now)
            self._end_what_hangs(now)
            ready = [idx for idx, at in self.due.items() if at <= now]
            for idx in ready:
                del self.due[idx]
            if ready:
                self._respawn_workers(ready, spawn_target, target_loader)

    def _plan_another(self, idx: int, now: float) -> None:
        steady = now - self.started_at[idx] >= STEADY_AFTER_SECONDS
        self.ends[idx] = 0 if steady else self.ends[idx] + 1
        pause = PAUSES[min(self.ends[idx], len(PAUSES) - 1)]
        logger.error("a web process ended; another starts in %g seconds", pause)
        self.due[idx] = now + pause

    def _end_what_hangs(self, now: float) -> None:
        if now - self.looked_at > 3 * LOOKED_AT_EACH_SECONDS:
            self.excused_until = now
        self.looked_at = now
        for process in self.wrks:
            began, said = self.started_at[process.idx], self.alive_at[process.idx]
            longest = HANGS_AFTER_SECONDS if said > began else SECONDS_TO_START
            silent = now - max(began, said, self.excused_until)
            if silent > longest and process.idx not in self.due:
                logger.error("a web process hangs; it is ended and replaced")
                self.alive_at[process.idx] = now  # once is enough
                process.inner.kill()  # noticed like any other end
