"""An asyncio loop on real time, for scenarios with sockets: what the other end does takes a while."""
import asyncio
import signal

# Only a scenario that hangs takes this long.
HANGS_AFTER_SECONDS = 30


class Hangs(BaseException):
    """Nothing happens any more."""


class RealLoop(asyncio.SelectorEventLoop):
    """The selector loop of CPython, unchanged but for its last-resort exception handler."""

    def __init__(self, report):
        super().__init__()
        self._report = report

    def default_exception_handler(self, context):
        self._report(context)

    def run_forever(self):
        signal.signal(signal.SIGALRM, self._hangs)
        signal.alarm(HANGS_AFTER_SECONDS)
        try:
            super().run_forever()
        finally:
            signal.alarm(0)

    def _hangs(self, *_):
        raise Hangs(f'waits for something that does not happen: {asyncio.all_tasks(self)}')
