"""An asyncio loop on real time, for scenarios with sockets: what the other end does takes a while."""
import asyncio
import faulthandler

# Only a scenario that hangs takes so long.
HANGS_AFTER_SECONDS = 60


class RealLoop(asyncio.SelectorEventLoop):
    """The selector loop of CPython, unchanged but for its last-resort exception handler."""

    def __init__(self, report):
        super().__init__()
        self._report = report

    def default_exception_handler(self, context):
        self._report(context)

    def run_forever(self):
        faulthandler.dump_traceback_later(HANGS_AFTER_SECONDS, exit=True)
        try:
            super().run_forever()
        finally:
            faulthandler.cancel_dump_traceback_later()
