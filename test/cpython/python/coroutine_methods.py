"""bight's coroutine methods, started from Python."""

import asyncio

from link import decode, encode, handler, rpc


class Pending(asyncio.Future):
    """What a coroutine method under way looks like here. Cancelling it cancels that."""

    _future = None

    def cancel(self, msg=None):
        if self.done():
            return False
        if self._future is None:
            return super().cancel(msg)
        return self._future._call('cancel', msg)

    def settle(self, state, value, convert):
        self._future = None
        if self.done():
            return
        if state == 'cancelled':
            asyncio.Future.cancel(self, value or None)
        elif state == 'failed':
            if isinstance(value, StopIteration):
                value = RuntimeError('StopIteration')
            self.set_exception(value)
        else:
            try:
                self.set_result(convert(value) if convert else value)
            except BaseException as error:
                self.set_exception(error)


waiting = {}
last_token = 0


def start(loop, on, name, *args, convert=None):
    """Starts a coroutine method, and gives a future of its outcome."""
    global last_token
    last_token += 1
    token = last_token
    pending = Pending(loop=loop)
    waiting[token] = pending, convert
    try:
        answer = rpc(op='start', on=encode(on), name=name, args=encode(args), token=token)
    except BaseException:
        del waiting[token]
        raise
    if answer['done']:
        del waiting[token]
        pending.settle(answer['state'], answer['value'], convert)
    else:
        pending._future = answer['future']
    return pending


@handler
def done(value):
    pending, convert = waiting.pop(value['token'])
    pending.settle(value['state'], decode(value['value']), convert)
