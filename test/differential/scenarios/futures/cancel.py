"""A cancelled future: its state, its callbacks, and what result() and exception() raise."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda done: trace('callback', done.cancelled()))
    trace('cancel', future.cancel())
    trace('again', future.cancel(), future.done(), future.cancelled())
    for name, ask in [('result', future.result), ('exception', future.exception)]:
        try:
            trace(name, ask())
        except asyncio.CancelledError as error:
            trace(name, 'raised', error)
    try:
        future.set_result(1)
    except asyncio.InvalidStateError as error:
        trace('set_result', error)
    try:
        await future
    except asyncio.CancelledError as error:
        trace('awaited without a turn', error)
    await asyncio.sleep(0)
    finished = loop.create_future()
    finished.set_result('kept')
    trace('cancel when done', finished.cancel(), finished.cancelled(), await finished)
