"""Workers on other machines: a Dask cluster behind the same interface as the local pool. Needs ``standoff[dask]``."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

from sim.errors import InputError
from sim.store.identity import model_id

CONNECT_SECONDS = 10
GONE = (
    "the Dask scheduler is gone. Every run that had come back is kept. Start the scheduler and its workers again and "
    "give the same command, with --resume if it has --out: what is kept is not made again"
)
COUNT_EVERY = 2.0
"""Seconds for which the number of workers is taken as known; asking costs a round trip."""
SAID_BETTER = ("distributed.client", "distributed.core", "distributed.comm", "distributed.batched")
"""Loggers of Dask that repeat with a traceback what ends here as one message."""


class SchedulerGoneError(OSError):
    """The connection to the scheduler was lost; what had come back is kept."""


class DaskPool(Executor):
    """A ``concurrent.futures`` executor over a running Dask scheduler.

    Dask itself gives the work of a dead worker to another; a call that has killed more workers than its setting
    ``distributed.scheduler.allowed-failures`` allows is reported by ``worker_lost``. Each worker must run the same
    model as this process: ``model`` travels with each chunk and is compared there.
    """

    helps = False

    def __init__(self, address: str) -> None:
        """Connect to ``address``, like ``tcp://10.0.0.1:8786``. Raises InputError when nobody answers."""
        try:
            import distributed
        except ImportError:
            raise InputError(
                "--executor dask: the package distributed is missing. Install it: pip install 'standoff[dask]'"
            ) from None
        if "://" not in address:
            raise InputError(f"--scheduler {address}: is no address; one looks like tcp://127.0.0.1:8786")
        for name in SAID_BETTER:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(
                f"--scheduler {address}: no Dask scheduler answers there ({reason}). "
                "Start one with 'dask scheduler' and give its address, like tcp://127.0.0.1:8786"
            ) from None
        self._killed: type[BaseException] = distributed.KilledWorker
        self._executor = self._client.get_executor(pure=False)
        self._count, self._counted = 0, float("-inf")
        self.model = model_id()
        if not self._threads():
            logging.getLogger("standoff").warning("no worker has joined %s yet: the runs wait for one", address)

    @property
    def workers(self) -> int:
        """Threads of all workers there are now; at least one, because workers may come later."""
        return max(1, self._threads())

    def _threads(self) -> int:
        if time.monotonic() - self._counted > COUNT_EVERY and self._client.status == "running":
            try:
                self._count = sum(self._client.nthreads().values())
            except OSError:  # the scheduler has gone meanwhile; the next call of submit says so
                self._count = 0
            self._counted = time.monotonic()
        return self._count

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call on some worker. Raises BrokenExecutor when the scheduler is gone, as ``rebuild`` then says."""
        if self._client.status != "running":
            raise BrokenExecutor(GONE)
        return self._executor.submit(function, *args, **kwargs)

    def worker_lost(self, error: BaseException) -> bool:
        """Whether a call failed because each worker that had it died."""
        return isinstance(error, self._killed)

    def refusal(self, error: BaseException) -> Exception:
        """What to raise when a call failed in any other way.

        A run that fails comes back as a result, so this is a worker that cannot take the work: no Standoff there, or
        one that is not alike.
        """
        if isinstance(error, OSError):
            return SchedulerGoneError(GONE)
        cause = error.__cause__ or error  # Dask wraps what went wrong on the scheduler
        return InputError(
            f"the cluster cannot take the work ({type(cause).__name__}: {cause}): "
            "install the same version of Standoff and its libraries on every machine, that of the scheduler too"
        )

    def rebuild(self) -> None:
        """Calls were cancelled under us: raise SchedulerGoneError, for a scheduler cannot be rebuilt from here."""
        raise SchedulerGoneError(GONE)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its scheduler and workers go on for others."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()
