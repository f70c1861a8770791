"""shutdown_default_executor() waits for the calls; afterwards there is no default executor, and others go on."""
import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

CLOCK = 'real'


async def within(trace):
    loop = asyncio.get_running_loop()
    for executor in (None, 1, 'pool'):
        try:
            loop.set_default_executor(executor)
        except TypeError as error:
            trace(error)
    own = ThreadPoolExecutor(max_workers=1)
    loop.set_default_executor(own)
    slow = loop.run_in_executor(None, time.sleep, 0.05)
    await loop.shutdown_default_executor()
    trace('shut down', slow.done() or await slow is None)
    await loop.shutdown_default_executor()
    for attempt in (lambda: loop.run_in_executor(None, int), lambda: loop.run_in_executor(own, int)):
        try:
            await attempt()
        except RuntimeError as error:
            trace(trace.kind(error))
    with ThreadPoolExecutor(max_workers=1) as pool:
        trace(await loop.run_in_executor(pool, int))


def run(trace):
    asyncio.run(within(trace))
    loop = asyncio.new_event_loop()
    loop.close()
    try:
        loop.run_in_executor(None, int)
    except RuntimeError as error:
        trace(error)
