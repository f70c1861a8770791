"""A reader has one context, a copy of that in which it was added."""
import asyncio
import contextvars

import sockets

CLOCK = 'real'
var = contextvars.ContextVar('var', default='nothing')


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        done = loop.create_future()

        def ready():
            trace(a.recv(1), var.get())
            var.set(f'{var.get()}, ready')
            loop.call_soon(lambda: trace('soon', var.get()))
            if var.get().count('ready') == 3:
                loop.call_soon(done.set_result, None)

        var.set('added')
        loop.add_reader(a, ready)
        var.set('main')
        b.send(b'123')
        await done
        trace(var.get(), loop.remove_reader(a))
