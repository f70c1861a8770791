"""Makes the loops of one run, and closes those that a scenario left open."""
import asyncio


class TracedPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes loops of one class, which call `report` with what their exception handlers receive."""

    def __init__(self, loop_class, report):
        super().__init__()
        self._loop_class = loop_class
        self._report = report
        self._made = []

    def new_event_loop(self):
        loop = self._loop_class(self._report)
        self._made.append(loop)
        return loop

    def close_all(self):
        for loop in self._made:
            if not loop.is_closed():
                loop.close()
