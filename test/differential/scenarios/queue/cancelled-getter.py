"""A getter cancelled before, and after, it was woken: nothing is lost."""
import asyncio


async def main(trace):
    for turns in (0, 1):
        for victim in (0, 1):
            queue = asyncio.Queue(maxsize=1)

            async def waiter(name):
                trace(name, 'got', await queue.get())
                trace(name, 'done', queue.qsize())

            tasks = [asyncio.create_task(waiter(name)) for name in 'abc']
            await asyncio.sleep(0)
            queue.put_nowait('item')
            for _ in range(turns):
                await asyncio.sleep(0)
            trace('cancels', tasks[victim].cancel())
            for _ in range(3):
                await asyncio.sleep(0)
            trace([task.done() for task in tasks], queue.qsize())
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            trace([trace.kind(result) if result else None for result in results], queue.qsize())
