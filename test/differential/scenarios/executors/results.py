"""Calls in the default executor and in one's own: results, errors, several at once; func must be callable."""
import asyncio
from concurrent.futures import ThreadPoolExecutor

CLOCK = 'real'


def add(a, b):
    return a + b


def fail(message):
    raise ValueError(message)


async def main(trace):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=2) as pool:
        for executor in (None, pool):
            trace(await loop.run_in_executor(executor, add, 1, 2))
            try:
                await loop.run_in_executor(executor, fail, 'no')
            except ValueError as error:
                trace(error)
            future = loop.run_in_executor(executor, add, 'a', 'b')
            trace(future.done(), asyncio.isfuture(future), future.get_loop() is loop)
            results = [loop.run_in_executor(executor, add, number, 1) for number in range(5)]
            results.append(loop.run_in_executor(executor, fail, 'among others'))
            trace(await asyncio.gather(*results, return_exceptions=True))
            trace(await future, future.done(), future.exception())
    trace(await asyncio.to_thread(add, 2, 3))
    try:
        await asyncio.to_thread(fail, 'in a thread')
    except ValueError as error:
        trace(error)
