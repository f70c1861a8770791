"""bight's handles with the interface of asyncio's."""

from asyncio import events

from link import JS


class Fire:
    """What bight calls for a handle. One that is called once releases its references then: no cycle goes through both heaps."""

    def __init__(self, handle, once=False):
        self.handle, self.once = handle, once

    def __call__(self):
        handle = self.handle
        if handle is None:
            return
        if self.once:
            self.handle = handle._fires = None
        handle._fire()


class HandleMixin(JS):
    def _fire(self):
        if self._cancelled:
            return
        try:
            self._context.run(self._callback, *self._args)
        except (SystemExit, KeyboardInterrupt) as error:
            self._loop._escape(error)
        finally:
            self = None

    def cancel(self):
        if not self._cancelled:
            if self._js_number is not None and not self._loop.is_closed():
                self._call('cancel')
            if self._fires is not None:
                self._fires.handle = self._fires = None
            super().cancel()

    _fires = None

    def __del__(self):
        JS.__del__(self)


class BightHandle(HandleMixin, events.Handle):
    def __init__(self, callback, args, loop, context):
        events.Handle.__init__(self, callback, args, loop, context)


class BightTimerHandle(HandleMixin, events.TimerHandle):
    def __init__(self, when, callback, args, loop, context):
        events.TimerHandle.__init__(self, when, callback, args, loop, context)

    def when(self):
        return self._call('when')
