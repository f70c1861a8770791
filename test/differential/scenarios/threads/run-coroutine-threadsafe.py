"""A coroutine that is started from outside of the loop: its result, its error, its cancel from either side."""
import asyncio
import concurrent.futures
import threading

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    started = threading.Event()
    outside_trace = trace.lane('outside')

    async def succeed(value):
        trace('in a task', asyncio.current_task() is not None, asyncio.get_running_loop() is loop)
        await asyncio.sleep(0)
        return value

    async def fail():
        await asyncio.sleep(0)
        raise ValueError('no')

    async def cancel_itself():
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    async def wait():
        try:
            started.set()
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            trace('cancelled')
            loop.call_soon(over.set_result, None)
            raise

    def outside():
        future = asyncio.run_coroutine_threadsafe(succeed('value'), loop)
        outside_trace(future.result(), future.done(), future.cancelled(), future.cancel())
        try:
            asyncio.run_coroutine_threadsafe(fail(), loop).result()
        except ValueError as error:
            outside_trace(error)
        future = asyncio.run_coroutine_threadsafe(cancel_itself(), loop)
        try:
            future.result()
        except concurrent.futures.CancelledError as error:
            outside_trace(trace.kind(error), future.cancelled())
        try:
            asyncio.run_coroutine_threadsafe(1, loop)
        except TypeError as error:
            outside_trace(error)
        future = asyncio.run_coroutine_threadsafe(wait(), loop)
        started.wait()
        outside_trace(future.done(), future.cancel(), future.cancelled(), future.done())

    thread = threading.Thread(target=outside)
    thread.start()
    await over
    thread.join()
