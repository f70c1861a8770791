"""Datagrams there and back, and the life of both endpoints."""
import datagrams

CLOCK = 'real'


async def main(trace):
    server, address = await datagrams.endpoint(trace.lane('server'))
    client, own = await datagrams.endpoint(trace.lane('client'))
    for data in b'one', b'two':
        client.transport.sendto(data, address)
    await server.arrived(2)
    trace(server.sender == own, client.transport.is_closing())
    server.transport.sendto(b'answer', server.sender)
    await client.arrived(1)
    trace(client.sender == address)
    client.transport.close()
    trace('closed', client.transport.is_closing())
    client.transport.close()
    client.transport.abort()
    await client.lost
    server.transport.abort()
    await server.lost
