"""local_addr binds the client's end; extra info has both addresses."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def make():
        arrived.set_result(network.Recorder(trace.lane('server')))
        return arrived.result()

    server, port = await network.serve(make)
    transport, client = await loop.create_connection(
        lambda: network.Recorder(trace.lane('client')), '127.0.0.1', port, local_addr=('127.0.0.2', 0))
    accepted = await arrived
    await accepted.made
    trace(transport.get_extra_info('sockname')[0], transport.get_extra_info('peername')[0])
    trace(transport.get_extra_info('peername')[1] == port)
    other = accepted.transport
    trace(other.get_extra_info('peername')[0], other.get_extra_info('sockname')[0])
    trace(other.get_extra_info('peername')[1] == transport.get_extra_info('sockname')[1])
    trace(transport.get_extra_info('nothing'), transport.get_extra_info('nothing', 'something else'))
    trace(transport.get_extra_info('socket').getpeername()[1] == port)
    transport.close()
    await network.end(server, client, accepted)
    trace(transport.get_extra_info('peername')[1] == port)
