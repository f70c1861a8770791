"""Timers that become due together enter the queue together; what they schedule comes after all of them."""
import asyncio

TICK = 1 / 64


async def main(trace):
    loop = asyncio.get_running_loop()
    start = loop.time()

    def fire(name, again):
        trace(name, round((loop.time() - start) / TICK))
        loop.call_soon(trace, 'soon after', name)
        if again:
            loop.call_later(TICK, fire, name + "'", again - 1)

    loop.call_at(start + TICK, fire, 'a', 2)
    loop.call_at(start + TICK, fire, 'b', 1)
    loop.call_at(start + 2 * TICK, fire, 'c', 0)
    loop.call_at(start + 2 * TICK, fire, 'd', 0)
    loop.call_soon(fire, 'e', 1)
    await asyncio.sleep(4 * TICK)
    trace('woken', round((loop.time() - start) / TICK))
