"""A predicate is checked at every notification, while the lock is held."""
import asyncio


async def main(trace):
    condition = asyncio.Condition()
    value = 0

    async def waiter(least):
        async with condition:
            def reached():
                trace(least, 'looks', value, condition.locked())
                return value if value >= least else 0
            trace(least, 'got', await condition.wait_for(reached))

    tasks = [asyncio.create_task(waiter(least)) for least in (2, 1, 3)]
    await asyncio.sleep(0)
    while value < 3:
        async with condition:
            value += 1
            condition.notify_all()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
