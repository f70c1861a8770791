"""Several tasks await one future: they wake in the order in which they began to wait, in one iteration."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def waiter(name, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        trace(name, 'waits')
        trace(name, await future)
        loop.call_soon(trace, 'scheduled by', name)

    tasks = [asyncio.create_task(waiter(name, turns)) for name, turns in [('a', 2), ('b', 0), ('c', 1), ('d', 0)]]
    future.add_done_callback(lambda done: trace('callback added first'))
    for _ in range(4):
        await asyncio.sleep(0)
    future.add_done_callback(lambda done: trace('callback added last'))
    future.set_result('value')
    trace('set')
    for task in tasks:
        await task
    trace('end')
