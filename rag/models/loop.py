"""One thread that speaks to servers, with an event loop: a request there can be given up at any moment.

A thread that blocks in a socket cannot be stopped; a task can be cancelled while it connects, waits
for the first token or reads, and its connection is closed then.
"""

import asyncio
import os
import threading

_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def loop() -> asyncio.AbstractEventLoop:
    """The running loop of this process; a forked process gets its own, since threads are not copied."""
    with _lock:
        pid = os.getpid()
        if pid not in _loops:
            _loops.clear()
            _loops[pid] = asyncio.new_event_loop()
            threading.Thread(target=_loops[pid].run_forever, name="llm", daemon=True).start()
        return _loops[pid]
