"""The message of cancel() through a coroutine chain, a task that re-raises, and one that raises anew."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def inner():
        await loop.create_future()

    async def reraises():
        try:
            await inner()
        except asyncio.CancelledError as error:
            trace('caught', error)
            raise

    async def replaces():
        try:
            await inner()
        except asyncio.CancelledError:
            raise asyncio.CancelledError('another')

    async def not_cancelled_at_all():
        raise asyncio.CancelledError('spontaneous')

    for coroutine in (reraises, replaces, not_cancelled_at_all):
        task = asyncio.create_task(coroutine())
        await asyncio.sleep(0)
        trace('cancel', task.cancel('the message'))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        trace('done', task.done(), task.cancelled())
        try:
            task.result()
        except asyncio.CancelledError as error:
            trace('result', error)
