"""Code of several processes, one step at a time: whoever tests says whose turn it is, and who is killed."""

from collections.abc import Callable
from threading import Semaphore, Thread


class KilledError(BaseException):
    """The process ends here, and does nothing more: each of its further steps raises this again."""


class SteppedProcess:
    """Runs `work` in a thread of its own, which stops at each `pause` until it is let go on.

    error: what `work` raised, once it `has_ended`.
    """

    def __init__(self, work: Callable[["SteppedProcess"], object]) -> None:
        self.error: BaseException | None = None
        self.has_ended = False
        self._is_killed = False
        self._fault: Exception | None = None
        self._go, self._stopped = Semaphore(0), Semaphore(0)
        Thread(target=self._run, args=(work,), daemon=True).start()
        self._stopped.acquire()

    def pause(self) -> None:
        """Wait for the next turn; called by the process, before each thing that others can see."""
        self._stopped.release()
        self._go.acquire()
        if self._is_killed:
            raise KilledError
        fault, self._fault = self._fault, None
        if fault:
            raise fault

    def step(self, fault: Exception | None = None) -> None:
        """Let it go on to its next pause, or its end; with a fault, what it is about to do raises that."""
        self._fault = fault
        self._go.release()
        self._stopped.acquire()

    def kill(self) -> None:
        """End it where it is."""
        self._is_killed = True
        while not self.has_ended:
            self.step()

    def _run(self, work: Callable[["SteppedProcess"], object]) -> None:
        try:
            self.pause()
            work(self)
        except BaseException as error:
            self.error = error
        self.has_ended = True
        self._stopped.release()
