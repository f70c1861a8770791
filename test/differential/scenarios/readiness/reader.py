"""A reader is called with its arguments as long as there is something to read; another one takes its place."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        done = loop.create_future()

        def first(mark, number):
            trace('first', mark, number, a.recv(1))
            if number == 1:
                trace(loop.add_reader(a, second, 'y'))

        def second(mark):
            data = a.recv(1)
            trace('second', mark, data)
            if data == b'c':
                done.set_result(None)

        trace(loop.remove_reader(a), loop.remove_reader(a.fileno()))
        trace(loop.add_reader(a.fileno(), first, 'x', 1))
        b.send(b'abc')
        await done
        trace(loop.remove_reader(a), loop.remove_reader(a), loop.remove_writer(a))
