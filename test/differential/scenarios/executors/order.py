"""One thread makes the calls in their order; a result comes by a callback of the loop, and wakes an idle one."""
import asyncio
from concurrent.futures import ThreadPoolExecutor

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as pool:
        futures = []
        for number in range(6):
            future = loop.run_in_executor(pool, int, str(number))
            future.add_done_callback(lambda future: trace('done', future.result()))
            futures.append(future)
        trace('asked for', [future.done() for future in futures])
        await asyncio.wait(futures)
        trace(pool.submit(int, '7').result())
        mapped = []
        for value in pool.map(int, ['8', '9']):
            mapped.append(value)
        trace(mapped)
