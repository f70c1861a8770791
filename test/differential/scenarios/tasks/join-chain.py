"""Each task awaits the next one; the wake-ups take one iteration per link, and callbacks fit in between."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()

    async def link(number):
        trace('start', number)
        if number == 4:
            await asyncio.sleep(0)
            return [number]
        numbers = await asyncio.create_task(link(number + 1))
        trace('resume', number)
        return [number] + numbers

    def turn(number):
        trace('turn', number)
        if number < 12:
            loop.call_soon(turn, number + 1)

    loop.call_soon(turn, 0)
    trace(await asyncio.create_task(link(0)))
    await asyncio.sleep(0)
