"""Compacting the heap after hundreds of cancelled timers leaves the order of the others alone."""
import asyncio

TICK = 1 / 64


def run(trace):
    loop = asyncio.new_event_loop()
    start = loop.time()
    handles = [loop.call_at(start + (number * 37 % 10) * TICK / 10, trace, 'timer', number) for number in range(300)]
    for number, handle in enumerate(handles):
        if number % 11:
            handle.cancel()
    loop.call_at(start + TICK, loop.stop)
    loop.call_soon(trace, 'cancelled', sum(handle.cancelled() for handle in handles))
    loop.run_forever()
    loop.close()
