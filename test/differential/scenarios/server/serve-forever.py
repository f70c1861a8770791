"""serve_forever() ends with a cancel of its own, or with close(); both close the server."""
import asyncio

import network

CLOCK = 'real'


async def main(trace):
    for how in ('cancel', 'close'):
        server, port = await network.serve(asyncio.Protocol, start_serving=False)
        task = asyncio.create_task(server.serve_forever())
        while not server.is_serving():
            await asyncio.sleep(0)
        try:
            await server.serve_forever()
        except RuntimeError as error:
            trace(trace.kind(error))
        trace('serving', server.is_serving(), task.done())
        if how == 'cancel':
            task.cancel()
        else:
            server.close()
        try:
            await task
        except asyncio.CancelledError:
            trace(how, task.cancelled(), server.is_serving(), len(server.sockets))
        await server.wait_closed()
        try:
            await server.serve_forever()
        except RuntimeError as error:
            trace(trace.kind(error))
