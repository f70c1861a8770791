"""Done callbacks run one iteration later, in the order in which they were added."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    for number in range(3):
        future.add_done_callback(lambda done, number=number: trace('callback', number, done.result()))
    loop.call_soon(trace, 'scheduled before the result')
    future.set_result('r')
    loop.call_soon(trace, 'scheduled after the result')
    trace('done', future.done(), future.cancelled(), future.result(), future.exception())
    await asyncio.sleep(0)
    trace('one turn later')
