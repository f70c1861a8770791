"""Of one descriptor, the reader runs before the writer; each is removed by itself."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        done = loop.create_future()

        def writable():
            trace('writable', a.send(b'answer'))
            trace(loop.remove_writer(a), loop.remove_writer(a))
            loop.call_soon(done.set_result, None)

        def readable():
            trace('readable', a.recv(10))

        b.send(b'question')
        loop.add_writer(a, writable)
        loop.add_reader(a, readable)
        await done
        trace(b.recv(10))
        trace(loop.remove_writer(a), loop.remove_reader(a))
