"""A callback added to a done future is scheduled at once, also from inside another callback of it."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def outer(done):
        trace('outer')
        done.add_done_callback(lambda again: trace('added inside outer'))
        loop.call_soon(trace, 'scheduled inside outer')

    future.add_done_callback(outer)
    future.add_done_callback(lambda done: trace('second'))
    future.set_result(1)
    future.add_done_callback(lambda done: trace('added when done'))
    loop.call_soon(trace, 'soon')
    for turn in range(3):
        trace('turn', turn)
        await asyncio.sleep(0)
