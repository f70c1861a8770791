"""A reader that is ready, and is removed or replaced before its turn, is not called."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b), sockets.pair() as (c, d), sockets.pair() as (e, f):
        done = loop.create_future()

        def first():
            trace('first', a.recv(10))
            trace(loop.remove_reader(c))
            loop.add_reader(e, replacement)
            loop.call_soon(trace, 'soon')

        def replacement():
            trace('replacement', e.recv(10))
            done.set_result(None)

        loop.add_reader(a, first)
        loop.add_reader(c, trace, 'not called')
        loop.add_reader(e, trace, 'not called either')
        for sock in b, d, f:
            sock.send(b'x')
        await done
        for sock in a, c, e:
            trace(loop.remove_reader(sock))
