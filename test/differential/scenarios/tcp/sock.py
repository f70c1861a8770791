"""create_connection(sock=…) and connect_accepted_socket() take over connected sockets."""
import asyncio
import socket

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    server, port = await network.serve(lambda: Echo(trace.lane('server')))
    sock = await asyncio.to_thread(socket.create_connection, ('127.0.0.1', port))
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client')), sock=sock)
    trace(transport.get_extra_info('peername')[1] == port)
    transport.write(b'hello')
    await client.received(5)
    trace(client.data)
    transport.close()
    await network.end(server, client)
    listening = socket.create_server(('127.0.0.1', 0))
    peer = socket.create_connection(listening.getsockname())
    sock, _ = listening.accept()
    transport, accepted = await loop.connect_accepted_socket(
        lambda: network.Recorder(trace.lane('accepted')), sock)
    peer.sendall(b'good day')
    await accepted.received(8)
    trace(accepted.data)
    peer.close()
    await accepted.lost
    listening.close()


class Echo(network.Recorder):
    def data_received(self, data):
        super().data_received(data)
        self.transport.write(data)
