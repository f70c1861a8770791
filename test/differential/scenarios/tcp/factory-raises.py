"""A protocol factory that raises: reported to a client's caller, and to a server's exception handler in debug mode."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    reported = loop.create_future()

    def handle(loop, context):
        trace('handler', *trace.context(context))
        reported.set_result(None)

    loop.set_exception_handler(handle)

    def fail():
        raise ValueError('no protocol')

    for debug in (False, True):
        loop.set_debug(debug)
        server, port = await network.serve(fail)
        transport, _ = await loop.create_connection(asyncio.Protocol, '127.0.0.1', port)
        transport.abort()
        if debug:
            await reported
        server.close()
        loop.set_debug(False)
    server, port = await network.serve(asyncio.Protocol)
    try:
        await loop.create_connection(fail, '127.0.0.1', port)
    except ValueError as error:
        trace(error)
    server.close()
