"""join() waits for the work that cancelled workers leave undone; a joiner that is cancelled leaves the others waiting."""
import asyncio


async def main(trace):
    queue = asyncio.Queue()
    for item in range(4):
        queue.put_nowait(item)

    async def worker(name):
        while True:
            item = await queue.get()
            try:
                trace(name, 'begins', item)
                await asyncio.sleep(1)
                trace(name, 'ends', item)
            finally:
                queue.task_done()

    async def joiner(name):
        try:
            await queue.join()
            trace(name, 'joined', queue.qsize())
        except asyncio.CancelledError:
            trace(name, 'cancelled')
            raise

    workers = [asyncio.create_task(worker(name)) for name in 'ab']
    joiners = [asyncio.create_task(joiner(name)) for name in 'xyz']
    await asyncio.sleep(0.5)
    trace(workers[0].cancel(), joiners[1].cancel())
    await asyncio.wait(joiners)
    trace(queue.qsize(), [task.done() for task in workers])
    queue.put_nowait('late')
    late = asyncio.create_task(joiner('late'))
    await asyncio.sleep(0)
    trace(late.done())
    await late
    workers[1].cancel()
    await asyncio.wait(workers)
    trace([task.cancelled() for task in workers])
    try:
        queue.task_done()
    except ValueError as error:
        trace(trace.kind(error))
