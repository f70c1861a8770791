"""notify(n) wakes n waiters, the longest waiting first; they run when they have the lock."""
import asyncio


async def main(trace):
    condition = asyncio.Condition()

    async def waiter(name):
        async with condition:
            trace(name, 'waits')
            trace(name, await condition.wait())
            await asyncio.sleep(0)
            trace(name, 'leaves')

    tasks = [asyncio.create_task(waiter(name)) for name in 'abcde']
    await asyncio.sleep(0)
    for count in (0, 1, 2):
        async with condition:
            condition.notify(count)
            trace('notified', count)
            await asyncio.sleep(0)
        for _ in range(6):
            await asyncio.sleep(0)
        trace([task.done() for task in tasks])
    async with condition:
        condition.notify_all()
        trace('notified all')
    await asyncio.gather(*tasks)
