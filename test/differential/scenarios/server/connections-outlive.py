"""A server that is closed leaves its connections alone."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    server.close()
    client.transport.write(b'still there')
    await accepted.received(11)
    accepted.transport.write(b'so am I')
    await client.received(7)
    trace(client.data, accepted.data, server.is_serving())
    client.transport.close()
    await network.end(server, client, accepted)
