"""Setting an event wakes all waiters, in their order; clearing it at once does not take that back."""
import asyncio


async def main(trace):
    event = asyncio.Event()

    async def waiter(name):
        trace(name, await event.wait(), event.is_set())

    tasks = [asyncio.create_task(waiter(name)) for name in 'abc']
    await asyncio.sleep(0)
    event.set()
    event.clear()
    late = asyncio.create_task(waiter('late'))
    trace('set')
    await asyncio.gather(*tasks)
    trace(late.done())
    event.set()
    trace('main', await event.wait())
    await late
