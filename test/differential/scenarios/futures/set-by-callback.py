"""A chain of futures, each set by the callback of the one before: one iteration per link."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(4)]
    for number in range(3):
        futures[number].add_done_callback(lambda done, number=number: futures[number + 1].set_result(done.result() + 1))

    async def waiter(number):
        trace('future', number, await futures[number])

    tasks = [asyncio.create_task(waiter(number)) for number in reversed(range(4))]

    def turn(number):
        trace('turn', number)
        if number < 8:
            loop.call_soon(turn, number + 1)

    loop.call_soon(turn, 0)
    await asyncio.sleep(0)
    futures[0].set_result(100)
    for task in tasks:
        await task
        trace('joined')
