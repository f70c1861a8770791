"""Arguments that contradict each other."""
import asyncio
import socket

import datagrams

CLOCK = 'real'


async def main(trace):
    lane = trace.lane('never')
    loop = asyncio.get_running_loop()
    sock = socket.socket(type=socket.SOCK_STREAM)
    for options in (
        {},
        {'sock': sock},
        {'sock': sock, 'local_addr': ('127.0.0.1', 0)},
        {'sock': sock, 'allow_broadcast': True},
    ):
        try:
            await loop.create_datagram_endpoint(lambda: datagrams.Recorder(lane), **options)
        except Exception as error:
            trace(trace.kind(error))
    sock.close()
    try:
        await datagrams.endpoint(lane, local_addr=('192.0.2.1', 0))
    except OSError as error:
        trace(error)
