"""ensure_future() wraps coroutines in tasks and hands futures and tasks back as they are."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def child(value):
        trace('running', value)
        return value

    task = asyncio.ensure_future(child(1))
    trace('task', isinstance(task, asyncio.Task), asyncio.ensure_future(task) is task)
    future = loop.create_future()
    trace('future', asyncio.ensure_future(future) is future)
    loop.call_soon(future.set_result, 2)
    trace(await future, await task)
    trace(await asyncio.ensure_future(child(3)))
