"""Paths without a listener, folders that are not there, options that contradict each other."""
import asyncio
import os
import socket
import tempfile

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'socket')
        stale = os.path.join(folder, 'stale')
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(stale)
        sock.close()
        for place in (path, stale):
            try:
                await loop.create_unix_connection(asyncio.Protocol, place)
            except OSError as error:
                trace(error)
        for arguments in (
            {},
            {'path': path, 'sock': object()},
            {'path': path, 'server_hostname': 'localhost'},
            {'path': path, 'ssl': True},
            {'path': path, 'ssl_handshake_timeout': 1.0},
        ):
            try:
                await loop.create_unix_connection(asyncio.Protocol, **arguments)
            except ValueError as error:
                trace(trace.kind(error))
        for arguments in (
            {},
            {'path': path, 'sock': object()},
            {'path': path, 'ssl': True},
            {'path': path, 'ssl_handshake_timeout': 1.0},
            {'path': os.path.join(folder, 'no folder', 'socket')},
            {'path': os.path.join(folder, 'x' * 200)},
        ):
            try:
                await loop.create_unix_server(asyncio.Protocol, **arguments)
            except Exception as error:
                trace(trace.kind(error))
        server = await loop.create_unix_server(asyncio.Protocol, stale)
        transport, _ = await loop.create_unix_connection(asyncio.Protocol, stale)
        trace('the stale one was replaced')
        transport.abort()
        server.close()
