"""A task's done callbacks and its awaiters are woken in the order in which they came."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child():
        await asyncio.sleep(0)
        loop.call_soon(trace, 'scheduled by the last step')
        return 'result'

    async def waiter(name):
        trace(name, await task)

    task = asyncio.create_task(child())
    task.add_done_callback(lambda done: trace('callback 1', done.result()))
    waiters = [asyncio.create_task(waiter('waiter 1')), asyncio.create_task(waiter('waiter 2'))]
    await asyncio.sleep(0)
    task.add_done_callback(lambda done: trace('callback 2', done.result()))
    trace('main', await task)
    for other in waiters:
        await other
    task.add_done_callback(lambda done: trace('callback 3', done.result()))
    trace('done again', await task)
    await asyncio.sleep(0)
