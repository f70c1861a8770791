"""close() sends everything first; only then is the connection lost."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    accepted.transport.pause_reading()
    client.transport.set_write_buffer_limits(high=100_000_000)
    client.transport.write(b'x' * 20_000_000)
    client.transport.close()
    trace(client.transport.is_closing(), client.transport.get_write_buffer_size() > 0, client.lost.done())
    client.transport.write(b'too late')
    accepted.transport.resume_reading()
    await network.end(server, client, accepted)
    trace(len(accepted.data), client.transport.get_write_buffer_size())
