"""Each limit follows from the other; contradictions are errors and change nothing; limits apply at once."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    accepted.transport.pause_reading()
    transport = client.transport
    trace(transport.get_write_buffer_limits())
    for limits in ({'high': 1000}, {'low': 100}, {'high': 8, 'low': 8}, {'high': 0}, {}, {'low': 0}):
        transport.set_write_buffer_limits(**limits)
        trace(transport.get_write_buffer_limits())
    for limits in ({'high': 1, 'low': 2}, {'high': -1}, {'low': -1}, {'high': 10, 'low': -1}):
        try:
            transport.set_write_buffer_limits(**limits)
        except ValueError as error:
            trace(trace.kind(error), transport.get_write_buffer_limits())
    transport.set_write_buffer_limits(high=100_000_000)
    transport.write(b'x' * 30_000_000)
    client.lane('written')
    transport.set_write_buffer_limits(high=1000)
    client.lane('high lowered')
    transport.set_write_buffer_limits(high=100_000_000)
    client.lane('high raised')
    transport.abort()
    accepted.transport.abort()
    await network.end(server, client, accepted)
