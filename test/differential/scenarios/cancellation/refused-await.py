"""An await that is refused fails one iteration later, and may be cancelled until then."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    other = asyncio.new_event_loop()

    async def attempt(name, awaited, cancels):
        for n in range(3):
            loop.call_soon(trace, name, 'queued', n)
        if cancels:
            loop.call_soon(asyncio.current_task().cancel, 'meanwhile')
        try:
            await awaited()
        except (RuntimeError, asyncio.CancelledError) as error:
            trace(name, trace.kind(error))
        await asyncio.sleep(0)
        trace(name, 'goes on')

    tasks = []

    async def itself(name, cancels):
        await attempt(name, lambda: tasks[-1], cancels)

    for cancels in (False, True):
        tasks.append(asyncio.create_task(itself('itself', cancels)))
        trace('begun')
        await asyncio.wait([tasks[-1]])
        trace('itself', tasks[-1].cancelled(), tasks[-1].cancelling())
        foreign = other.create_future()
        task = asyncio.create_task(attempt('another loop', lambda: foreign, cancels))
        await asyncio.wait([task])
        trace('another loop', task.cancelled(), task.cancelling(), foreign.cancelled())
    other.close()
