"""Workers on other machines: a Dask cluster behind the same interface as the local pool. Needs ``standoff[dask]``."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from sim.errors import InputError
from sim.store.identity import model_id

CONNECT_SECONDS = 10
GONE = "the Dask scheduler is gone. Every run that had come back is kept; start it again and use --resume"


class SchedulerGoneError(OSError):
    """The connection to the scheduler was lost; what had come back is kept."""


class DaskPool(Executor):
    """A ``concurrent.futures`` executor over a running Dask scheduler.

    Dask itself gives the work of a dead worker to another; a run that has killed four workers is reported by
    ``worker_lost`` and then tried alone. Each worker must run the same model as this process: ``model`` travels with
    each chunk and is compared there.
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
        self.model = model_id()

    @property
    def workers(self) -> int:
        """Threads of all workers there are; at least one, because workers may come later."""
        return max(1, sum(self._client.nthreads().values()))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call on some worker. Raises SchedulerGoneError when the scheduler is."""
        if self._client.status not in {"running", "connecting"}:
            raise SchedulerGoneError(GONE)
        return self._executor.submit(function, *args, **kwargs)

    def worker_lost(self, error: BaseException) -> bool:
        """Whether a call failed because each worker that had it died."""
        return isinstance(error, self._killed)

    def rebuild(self) -> None:
        """Calls were cancelled under us: raise SchedulerGoneError, for a scheduler cannot be rebuilt from here."""
        raise SchedulerGoneError(GONE)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its scheduler and workers go on for others."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()
