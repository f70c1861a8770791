"""join() waits until task_done() was called for every item; an item that comes meanwhile counts."""
import asyncio


async def main(trace):
    queue = asyncio.Queue()

    async def worker():
        while True:
            item = await queue.get()
            await asyncio.sleep(0)
            trace('did', item)
            if item == 2:
                queue.put_nowait(9)
            queue.task_done()

    async def joiner(name):
        await queue.join()
        trace(name, 'joined', queue.qsize())

    await joiner('early')
    for item in range(4):
        queue.put_nowait(item)
    workers = [asyncio.create_task(worker()) for _ in range(2)]
    await asyncio.gather(joiner('a'), joiner('b'))
    for task in workers:
        task.cancel()
    try:
        queue.task_done()
    except ValueError as error:
        trace(trace.kind(error))
