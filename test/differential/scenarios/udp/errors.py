"""What cannot be sent, or reaches nobody, is told to error_received(); the endpoint goes on."""
import datagrams

CLOCK = 'real'


async def main(trace):
    gone, nobody = await datagrams.endpoint(trace.lane('gone'))
    gone.transport.close()
    await gone.lost
    client, own = await datagrams.endpoint(trace.lane('client'), remote_addr=nobody)
    client.transport.sendto(b'to nobody')
    await client.heard(1)
    client.transport.sendto(b'-' * 70000)
    await client.heard(2)
    for data in 'text', None:
        try:
            client.transport.sendto(data)
        except TypeError as error:
            trace(trace.kind(error))
    client.transport.close()
    await client.lost
