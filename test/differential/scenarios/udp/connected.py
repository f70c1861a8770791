"""An endpoint with a remote address sends there only, and receives from there only."""
import datagrams

CLOCK = 'real'


async def main(trace):
    server, address = await datagrams.endpoint(trace.lane('server'))
    stranger, _ = await datagrams.endpoint(trace.lane('stranger'))
    client, own = await datagrams.endpoint(trace.lane('client'), remote_addr=address)
    trace(client.transport.get_extra_info('peername') == address)
    client.transport.sendto(b'no address')
    client.transport.sendto(b'the address', address)
    try:
        client.transport.sendto(b'another', ('127.0.0.1', 9))
    except ValueError as error:
        trace(trace.kind(error))
    await server.arrived(2)
    stranger.transport.sendto(b'from a stranger', own)
    server.transport.sendto(b'from the server', own)
    await client.arrived(1)
    for protocol in client, server, stranger:
        protocol.transport.close()
        await protocol.lost
