"""One thread with an event loop for all requests to servers, so that a request can be cancelled at any
time.

A thread that blocks on a socket cannot be stopped. A task can be cancelled while it connects, waits for the
first token or reads, which closes its connection.
"""

import asyncio
import os
import threading

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def loop() -> asyncio.AbstractEventLoop:
    """Return this process's running loop. A forked process gets its own: threads are not copied."""
    with _lock:
        pid = os.getpid()
        if pid not in _loops:
            _loops.clear()
            _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=_loops[pid].run_forever, name="llm", daemon=True).start()
        return _loops[pid]
