"""Arguments that cannot be watched."""
import asyncio
import os

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()

    def attempt(call, *args):
        try:
            trace(call(*args))
        except Exception as error:
            trace(trace.kind(error))

    fd = os.open('package.json', os.O_RDONLY)
    for add in loop.add_reader, loop.add_writer:
        attempt(add, fd, print)
        attempt(add, -1, print)
        try:
            add(987654, print)
        except OSError as error:
            trace(error)
    attempt(loop.remove_reader, fd)
    attempt(loop.remove_writer, fd)
    attempt(loop.remove_reader, 987654)
    os.close(fd)
    with sockets.pair() as (a, b):
        b.close()
        attempt(loop.add_reader, b, print)
    with sockets.pair() as (a, b):
        fd = a.fileno()
        loop.add_reader(fd, print)
        trace(loop.remove_writer(fd), loop.remove_reader(a))
