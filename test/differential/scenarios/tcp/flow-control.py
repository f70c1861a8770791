"""pause_writing above the high mark, once; resume_writing at the low mark, once; both inside or outside of write()."""
import network

CLOCK = 'real'


async def main(trace):
    for name, high in (('the usual marks: ', None), ('high is 0: ', 0)):
        client, accepted, server = await network.recorders(trace, name)
        accepted.transport.pause_reading()
        client.transport.set_write_buffer_limits(high=high)
        client.transport.write(b'little')
        client.lane('wrote little')
        client.transport.write(b'x' * 20_000_000)
        client.lane('wrote much')
        client.transport.writelines([b'y' * 1000, b'z' * 1000])
        client.lane('wrote more', client.transport.get_write_buffer_size() > 0)
        accepted.transport.resume_reading()
        await accepted.received(20_002_006)
        client.transport.write(b'little')
        await accepted.received(20_002_012)
        client.transport.close()
        await network.end(server, client, accepted)
        trace(accepted.data[-8:])
