"""connection_made, eof_received and connection_lost once each, with each end closed in turn."""
import network

CLOCK = 'real'


async def main(trace):
    for closes in ('client', 'server'):
        client, accepted, server = await network.recorders(trace, f'{closes} closes: ')
        transport = (client if closes == 'client' else accepted).transport
        trace(transport.is_reading(), transport.is_closing(), transport.get_protocol() is client)
        transport.write(b'good')
        transport.write(b'bye')
        transport.close()
        trace('closed', transport.is_reading(), transport.is_closing())
        transport.close()
        await network.end(server, client, accepted)
        trace(client.data, accepted.data)
