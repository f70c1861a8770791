"""A BufferedProtocol receives into its own buffer, at most what fits into it at a time, then gives way to a plain one."""
import asyncio

import network

CLOCK = 'real'


class Buffered(asyncio.BufferedProtocol):
    def __init__(self, lane, next_protocol):
        self.lane = lane
        self.next_protocol = next_protocol
        self.buffer = bytearray(4)
        self.text = ''

    def connection_made(self, transport):
        self.transport = transport
        self.lane('made')

    def get_buffer(self, sizehint):
        self.lane('get', sizehint)
        return self.buffer

    def buffer_updated(self, count):
        self.lane('updated', count, bytes(self.buffer[:count]))
        self.text += self.buffer[:count].decode()
        if len(self.text) == 12:
            self.next_protocol.transport = self.transport
            self.transport.set_protocol(self.next_protocol)

    def eof_received(self):
        self.lane('eof')

    def connection_lost(self, error):
        self.lane('lost', error)


async def main(trace):
    lane = trace.lane('client')
    plain = network.Recorder(trace.lane('the next protocol'))
    arrived = asyncio.get_running_loop().create_future()

    def make():
        protocol = network.Recorder(trace.lane('server'))
        arrived.set_result(protocol)
        return protocol

    server, port = await network.serve(make)
    await asyncio.get_running_loop().create_connection(lambda: Buffered(lane, plain), '127.0.0.1', port)
    accepted = await arrived
    await accepted.made
    accepted.transport.write(b'0123456789and the rest')
    await plain.received(10)
    trace(plain.data)
    accepted.transport.close()
    await network.end(server, plain, accepted)
