"""No listener, no such name, options that contradict each other."""
import asyncio
import socket

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    server, port = await network.serve(asyncio.Protocol)
    server.close()
    made = []

    def make():
        made.append(1)
        return asyncio.Protocol()

    for arguments in (
        {'host': '127.0.0.1', 'port': port},
        {'host': '127.0.0.1', 'port': port, 'happy_eyeballs_delay': 0.01},
        {'host': '127.0.0.1', 'port': port, 'local_addr': ('192.0.2.1', 0)},
        {'host': '127.0.0.1', 'port': port, 'family': socket.AF_INET6},
        {},
        {'host': '127.0.0.1', 'port': port, 'server_hostname': 'localhost'},
        {'host': '127.0.0.1', 'port': port, 'ssl_handshake_timeout': 1.0},
        {'host': '127.0.0.1', 'port': port, 'ssl_shutdown_timeout': 1.0},
        {'sock': object(), 'host': '127.0.0.1', 'port': port},
    ):
        try:
            await loop.create_connection(make, **arguments)
        except Exception as error:
            trace(list(arguments), trace.kind(error) if isinstance(error, ValueError) else error)
    trace('made', len(made))
