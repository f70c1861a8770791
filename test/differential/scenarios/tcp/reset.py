"""The other end resets the connection: connection_lost has the error, and nothing is reported."""
import asyncio
import socket
import struct

import network

CLOCK = 'real'


async def main(trace):
    arrived = asyncio.get_running_loop().create_future()

    def make():
        arrived.set_result(network.Recorder(trace.lane('server')))
        return arrived.result()

    server, port = await network.serve(make)
    peer = socket.create_connection(('127.0.0.1', port))
    accepted = await arrived
    await accepted.made
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    peer.close()
    await network.end(server, accepted)
    accepted.transport.write(b'in vain')
    trace(accepted.transport.is_closing())
