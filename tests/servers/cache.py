"""Where downloaded servers are kept between runs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """COURRIER_CACHE, or the user's cache; for root the machine's, as its home is closed to the servers."""
    if named := os.environ.get("COURRIER_CACHE"):
        folder = Path(named)
    elif os.getuid() == 0:
        folder = Path("/var/cache/courrier")
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "courrier"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the lock `name` of the cache: two runs that fill it wait for each other."""
    with (cache_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
