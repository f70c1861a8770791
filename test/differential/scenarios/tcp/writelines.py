"""writelines() takes any iterable of bytes-like pieces, sends them in order, and minds the high mark."""
import network

CLOCK = 'real'


async def main(trace):
    client, accepted, server = await network.recorders(trace)
    client.transport.writelines([b'one ', bytearray(b'two '), memoryview(b'three ')])
    client.transport.writelines(piece for piece in (b'four ', b'', b'five '))
    client.transport.writelines([])
    for wrong in (['text'], [b'good', 7], 7, None):
        try:
            client.transport.writelines(wrong)
        except TypeError as error:
            trace(error)
    await accepted.received(24)
    trace(accepted.data)
    accepted.transport.pause_reading()
    client.transport.writelines([b'x' * 1_000_000] * 20)
    client.lane('wrote much')
    accepted.transport.resume_reading()
    client.transport.close()
    await network.end(server, client, accepted)
    trace(len(accepted.data))
