"""What cannot be sent, or reaches no socket, is reported to error_received(); the endpoint goes on."""
import datagrams

CLOCK = 'real'


async def main(trace):
    gone, address = await datagrams.endpoint(trace.lane('gone'))
    gone.transport.close()
    await gone.lost
    client, own = await datagrams.endpoint(trace.lane('client'), remote_addr=address)
    client.transport.sendto(b'to no socket')
    await client.arrived(1)
    client.transport.sendto(b'-' * 70000)
    await client.arrived(2)
    for data in 'text', None:
        try:
            client.transport.sendto(data)
        except TypeError as error:
            trace(trace.kind(error))
    client.transport.close()
    await client.lost
