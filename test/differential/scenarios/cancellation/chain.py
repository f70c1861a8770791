"""Cancelling the outermost of three tasks, each awaiting the next, cancels the innermost first."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def innermost():
        try:
            await future
        finally:
            trace('innermost', future.cancelled())

    async def middle(task):
        try:
            await task
        except asyncio.CancelledError as error:
            trace('middle', error, task.cancelled(), task.cancelling())
            raise

    async def outer(task):
        try:
            await task
        except asyncio.CancelledError as error:
            trace('outer', error, task.cancelled(), task.cancelling())
            raise

    third = asyncio.create_task(innermost())
    second = asyncio.create_task(middle(third))
    first = asyncio.create_task(outer(second))
    await asyncio.sleep(0)
    trace('cancel', first.cancel('from the top'))
    trace('requests', first.cancelling(), second.cancelling(), third.cancelling(), future.cancelled())
    for turn in range(4):
        trace('turn', turn, [task.done() for task in (first, second, third)])
        await asyncio.sleep(0)
    trace([task.cancelled() for task in (first, second, third)])
