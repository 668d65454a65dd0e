"""Per-client quotas: login attempts, uploads, and the bytes in flight for all clients together.

Each is counted before it happens, so that simultaneous attempts all count.
"""

import ipaddress
from collections import Counter
from functools import lru_cache

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

_LOGINS = RateLimitItemPerMinute(10)  # per client, right or wrong
_KEYS = RateLimitItemPerMinute(10)  # wrong keys per client
_UPLOADS = RateLimitItemPerHour(100)  # per client
_CLIENT_FILES, _ALL_FILES = 10, 50  # of the largest size, per hour: uploads that are not used stay that long
_AT_ONCE, _OF_ONE = 64_000_000, 16_000_000  # bytes of bodies in flight: in total, per client


@lru_cache(maxsize=4096)
def client_of(address: str) -> str:
    """Return the client behind an address: for IPv6 the network, since a host has 2^64 addresses in it."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped:
            return str(number.ipv4_mapped)
        return str(ipaddress.ip_network((number, 64), strict=False))
    return str(number)


class Quotas:
    """Recent activity, in memory; used by one event loop."""

    def __init__(self, max_file_bytes: int) -> None:
        self._client_bytes = RateLimitItemPerHour(max_file_bytes * _CLIENT_FILES)
        self._all_bytes = RateLimitItemPerHour(max_file_bytes * _ALL_FILES)
        storage = MemoryStorage()
        self._tries, self._sums = MovingWindowRateLimiter(storage), FixedWindowRateLimiter(storage)
        self._coming: Counter[str] = Counter()

    def login(self, client: str) -> bool:
        """Count a login attempt; return whether it is allowed."""
        return self._tries.hit(_LOGINS, "login", client)

    def may_show_key(self, client: str) -> bool:
        """Whether this client's key is checked at all: not after too many wrong ones."""
        return self._tries.test(_KEYS, "key", client)

    def wrong_key(self, client: str) -> None:
        """Count a wrong key."""
        self._tries.hit(_KEYS, "key", client)

    def upload(self, client: str, size: int) -> bool:
        """Count an upload of `size` bytes; return whether it is allowed."""
        sums = ((self._client_bytes, client), (self._all_bytes, ""))
        if not all(self._sums.test(limit, "bytes", who, cost=size) for limit, who in sums):
            return False
        if not self._tries.hit(_UPLOADS, "upload", client):
            return False
        return all(self._sums.hit(limit, "bytes", who, cost=size) for limit, who in sums)

    def begin(self, client: str, size: int) -> bool:
        """Reserve space for an incoming body until `end`; return whether there is any."""
        own = self._coming[client] + size
        if self._coming.total() + size > _AT_ONCE or own > _OF_ONE:
            return False
        if size:
            self._coming[client] = own
        return True

    def end(self, client: str, size: int) -> None:
        self._coming[client] -= size
        if self._coming[client] <= 0:
            del self._coming[client]
