"""A zero delay goes through the timers: behind everything that is ready, before what this iteration schedules."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    loop.call_later(0, trace, 'timer 1')
    loop.call_soon(trace, 'soon 1')
    loop.call_soon(loop.call_soon, trace, 'scheduled by soon')
    loop.call_later(0, loop.call_soon, trace, 'scheduled by the timer')
    loop.call_later(0, loop.call_later, 0, trace, 'timer of the timer')
    loop.call_soon(trace, 'soon 2')
    for turn in range(4):
        trace('turn', turn)
        await asyncio.sleep(0)
