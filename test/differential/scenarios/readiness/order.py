"""Readers that are ready together run in one iteration, what they schedule in the next one."""
import asyncio

import sockets

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with sockets.pair() as (a, b), sockets.pair() as (c, d), sockets.pair() as (e, f):
        done = loop.create_future()

        def ready(sock, name):
            trace(name, sock.recv(10))
            loop.call_soon(trace, f'after {name}')
            if name == 'third':
                loop.call_soon(done.set_result, None)

        for sock, name in (a, 'first'), (c, 'second'), (e, 'third'):
            loop.add_reader(sock, ready, sock, name)
        for sock in b, d, f:
            sock.send(b'x')
        await done
        for sock in a, c, e:
            trace(loop.remove_reader(sock))
