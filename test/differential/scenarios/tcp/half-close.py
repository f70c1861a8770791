"""One end closes its sending half; the other answers before it closes."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    accepted.keep_open = True
    transport = client.transport
    trace(transport.can_write_eof())
    transport.write(b'question')
    transport.write_eof()
    transport.write_eof()
    try:
        transport.write(b'more')
    except RuntimeError as error:
        trace(trace.kind(error))
    try:
        transport.writelines([b'more'])
    except RuntimeError as error:
        trace(trace.kind(error))
    trace(transport.is_closing(), transport.is_reading())
    await accepted.eof
    trace(accepted.data, accepted.transport.is_closing())
    accepted.transport.write(b'a' * 1000000)
    accepted.transport.close()
    await client.received(1000000)
    await network.end(server, client, accepted)
    trace(len(client.data))
