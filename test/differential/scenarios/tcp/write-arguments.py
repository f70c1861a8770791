"""write() wants bytes, takes none of them, and is silent after the end."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    for wrong in ('text', 7, None, [1, 2]):
        try:
            client.transport.write(wrong)
        except TypeError as error:
            trace(error)
    client.transport.write(b'')
    client.transport.write(bytearray(b'bytes'))
    await accepted.received(5)
    client.transport.close()
    client.transport.write(b'after close')
    await client.lost
    for _ in range(10):
        client.transport.write(b'after the end')
    client.transport.writelines([b'after the end'])
    client.transport.close()
    client.transport.abort()
    await network.end(server, client, accepted)
    trace(accepted.data)
