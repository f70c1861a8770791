"""A writer waits until there is room, and is called when the other end is gone."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        sockets.fill(a)
        done = loop.create_future()

        def writable(name):
            trace(name)
            loop.remove_writer(a)
            done.set_result(None)

        loop.add_writer(a, writable, 'room')
        await asyncio.sleep(0.01)
        trace(done.done())
        while len(b.recv(1000000)) == 1000000:
            pass
        await done
        done = loop.create_future()
        sockets.fill(a)
        loop.add_writer(a, writable, 'gone')
        b.close()
        await done
        try:
            a.send(b'x')
        except OSError as error:
            trace(error)
