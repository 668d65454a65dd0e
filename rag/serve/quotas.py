"""How much one client may do: logins tried, files put, and how much at once for all together.

Each is counted before it is done, so that many at the same time are counted as many.
"""

import ipaddress
from collections import Counter

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

_LOGINS = RateLimitItemPerMinute(10)  # from one client, right or wrong
_KEYS = RateLimitItemPerMinute(10)  # wrong ones from one client
_UPLOADS = RateLimitItemPerHour(100)  # of one client
_CLIENT_FILES, _ALL_FILES = 10, 50  # of the largest size, an hour: what is not taken stays for so long
_AT_ONCE, _OF_ONE = 64_000_000, 16_000_000  # bytes of bodies on their way in: of all, of one client


def client_of(address: str) -> str:
    """Who stands behind an address: of IPv6 the network, since a host has 2^64 addresses of it."""
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
    """What has been done lately, in memory; used by one event loop."""

    def __init__(self, max_file_bytes: int) -> None:
        self._client_bytes = RateLimitItemPerHour(max_file_bytes * _CLIENT_FILES)
        self._all_bytes = RateLimitItemPerHour(max_file_bytes * _ALL_FILES)
        storage = MemoryStorage()
        self._tries, self._sums = MovingWindowRateLimiter(storage), FixedWindowRateLimiter(storage)
        self._coming: Counter[str] = Counter()

    def login(self, client: str) -> bool:
        """Count a login that is tried; whether it may be."""
        return self._tries.hit(_LOGINS, "login", client)

    def may_show_key(self, client: str) -> bool:
        """Whether a key of this client is looked at: not after so many wrong ones."""
        return self._tries.test(_KEYS, "key", client)

    def wrong_key(self, client: str) -> None:
        """Count a key that was wrong."""
        self._tries.hit(_KEYS, "key", client)

    def upload(self, client: str, size: int) -> bool:
        """Count an upload of so many bytes; whether it may be."""
        sums = ((self._client_bytes, client), (self._all_bytes, ""))
        if not all(self._sums.test(limit, "bytes", who, cost=size) for limit, who in sums):
            return False
        if not self._tries.hit(_UPLOADS, "upload", client):
            return False
        return all(self._sums.hit(limit, "bytes", who, cost=size) for limit, who in sums)

    def begin(self, client: str, size: int) -> bool:
        """Make room for a body that comes in, until `end`; whether there is any."""
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
