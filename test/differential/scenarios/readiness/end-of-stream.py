"""The end of the stream is readable, again and again; so is one that was shut down."""
import asyncio
import socket

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b):
        done = loop.create_future()
        left = [3]

        def ready():
            trace(a.recv(10))
            left[0] -= 1
            if left[0] == 0:
                loop.remove_reader(a)
                done.set_result(None)

        loop.add_reader(a, ready)
        b.send(b'last')
        b.shutdown(socket.SHUT_WR)
        await done
        loop.add_writer(a, lambda: (trace('writable'), loop.remove_writer(a), soon.set_result(None)))
        soon = loop.create_future()
        await soon
