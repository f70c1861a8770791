"""pause_writing() and resume_writing() that raise are reported, and the connection goes on."""
import asyncio

import network

CLOCK = 'real'


class Faulty(network.Recorder):
    def pause_writing(self):
        raise ValueError('will not pause')

    def resume_writing(self):
        raise ValueError('will not resume')


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace('handler', *trace.context(context)))
    client, accepted, server = await network.pair(
        lambda: Faulty(trace.lane('client')), lambda: network.Recorder(trace.lane('server')))
    accepted.transport.pause_reading()
    client.transport.write(b'x' * 20_000_000)
    trace('written')
    accepted.transport.resume_reading()
    client.transport.close()
    await network.end(server, client, accepted)
    trace(len(accepted.data))
