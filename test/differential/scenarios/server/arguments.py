"""Options that contradict each other, an address that is taken, several hosts."""
import asyncio
import socket

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    for arguments in (
        {'sock': object(), 'host': '127.0.0.1', 'port': 0},
        {'host': '127.0.0.1', 'port': 0, 'ssl_handshake_timeout': 1.0},
        {'host': '127.0.0.1', 'port': 0, 'ssl_shutdown_timeout': 1.0},
        {'host': '127.0.0.1', 'port': 0, 'ssl': True},
    ):
        try:
            await loop.create_server(asyncio.Protocol, **arguments)
        except Exception as error:
            trace(list(arguments), trace.kind(error))
    server, port = await network.serve(asyncio.Protocol)
    for host in ('127.0.0.1', '192.0.2.1'):
        try:
            await loop.create_server(asyncio.Protocol, host, port)
        except OSError as error:
            trace(error)
    server.close()
    server = await loop.create_server(asyncio.Protocol, ['127.0.0.1', '127.0.0.2', '::1', '127.0.0.1'], 0)
    trace(sorted(sock.getsockname()[0] for sock in server.sockets))
    trace(sorted(sock.family == socket.AF_INET6 for sock in server.sockets))
    server.close()
