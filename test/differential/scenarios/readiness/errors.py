"""A reader that raises is reported and called again."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        done = loop.create_future()
        loop.set_exception_handler(lambda loop, context: trace(trace.context(context)))

        def ready():
            data = a.recv(1)
            if data == b'2':
                done.set_result(None)
            raise ValueError(data.decode())

        loop.add_reader(a, ready)
        b.send(b'012')
        await done
        await asyncio.sleep(0)
        trace(loop.remove_reader(a))
