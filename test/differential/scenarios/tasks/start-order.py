"""A task begins on a later iteration than its creation, tasks in the order of their creation."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(name):
        trace('start', name)
        inner = asyncio.create_task(grandchild(name + '1'))
        await asyncio.sleep(0)
        trace('middle', name)
        await inner
        trace('end', name)

    async def grandchild(name):
        trace('start', name)
        return name

    loop.call_soon(trace, 'soon')
    tasks = [asyncio.create_task(child(name)) for name in 'abc']
    trace('created')
    for task in tasks:
        await task
        trace('joined')
