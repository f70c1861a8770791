"""A handler has one context, that of its registration, for all signals; its errors are reported, and it stays."""
import asyncio
import contextvars
import os
import signal

CLOCK = 'real'
var = contextvars.ContextVar('var', default='unset')


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: trace(*trace.context(context)))
    arrived = loop.create_future()

    def handler():
        nonlocal arrived
        trace('in the handler', var.get())
        var.set(var.get() + '!')
        arrived.set_result(None)
        arrived = loop.create_future()
        raise ValueError('handled badly')

    var.set('registration')
    loop.add_signal_handler(signal.SIGUSR1, handler)
    var.set('later')
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGUSR1)
        await arrived
        trace('outside', var.get())
    trace(loop.remove_signal_handler(signal.SIGUSR1))
