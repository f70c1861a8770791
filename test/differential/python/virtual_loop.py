"""An asyncio loop on virtual time: when it would sleep until the next timer, the clock jumps there instead."""
import asyncio
import itertools
import selectors


class Deadlock(RuntimeError):
    """The loop has nothing to run and nothing to wait for."""


class JumpingSelector(selectors.DefaultSelector):
    """Waits by moving the clock of its loop."""

    loop = None

    def select(self, timeout=None):
        events = super().select(0)
        if events or timeout == 0:
            return events
        if timeout is None:
            raise Deadlock('nothing will ever happen on this loop')
        self.loop.jump()
        return []


class StableTimerHandle(asyncio.TimerHandle):
    """Equal times fire in scheduling order.

    CPython's heap compares times only, which leaves the order of equal ones to the shape of the heap; its monotonic
    clock hardly ever makes two equal. On virtual time they are common, and the contract here is the stable order.
    """

    __slots__ = ('_number',)
    _numbers = itertools.count()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._number = next(self._numbers)

    def __lt__(self, other):
        return (self._when, self._number) < (other._when, other._number)


asyncio.events.TimerHandle = StableTimerHandle  # what `loop.call_at()` makes


class VirtualLoop(asyncio.SelectorEventLoop):
    """The selector loop of CPython, unchanged but for its clock and its last-resort exception handler."""

    def __init__(self, report):
        self._virtual_now = 0.0
        self._report = report
        selector = JumpingSelector()
        super().__init__(selector)
        selector.loop = self

    def time(self):
        return self._virtual_now

    def jump(self):
        self._virtual_now = max(self._virtual_now, self._scheduled[0].when())

    def default_exception_handler(self, context):
        self._report(context)
