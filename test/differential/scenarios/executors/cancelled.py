"""A call that waits is never made once its future is cancelled; one that runs goes on, and its result is dropped."""
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    gate = threading.Event()
    made = []

    def wait(name):
        made.append(name)
        gate.wait()
        return name

    with ThreadPoolExecutor(max_workers=1) as pool:
        calls = {name: loop.run_in_executor(pool, wait, name) for name in ('first', 'second', 'third', 'fourth')}
        while len(made) < 1:
            await asyncio.sleep(0.001)
        trace('second', calls['second'].cancel('unwanted'), calls['second'].cancelled(), calls['second'].cancel())
        trace('first', calls['first'].cancel(), calls['first'].cancelled())
        waiter = asyncio.create_task(asyncio.wait_for(calls['third'], 0.01))
        try:
            await waiter
        except TimeoutError as error:
            trace(error, calls['third'].cancelled())
        for name in ('first', 'second', 'third'):
            try:
                await calls[name]
            except asyncio.CancelledError as error:
                trace(name, error)
        gate.set()
        trace(await calls['fourth'], made)
