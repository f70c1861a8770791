"""Two tasks hand values to each other through futures that they renew."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    mailbox = [loop.create_future(), loop.create_future()]

    async def player(me, rounds):
        for number in range(rounds):
            received = await mailbox[me]
            trace('player', me, 'received', received)
            mailbox[me] = loop.create_future()
            other = mailbox[1 - me]
            if not other.done():
                other.set_result(received + 1)
            if number % 2:
                await asyncio.sleep(0)
        trace('player', me, 'leaves')

    tasks = [asyncio.create_task(player(0, 4)), asyncio.create_task(player(1, 4))]
    mailbox[0].set_result(0)
    for turn in range(6):
        loop.call_soon(trace, 'turn', turn)
        await asyncio.sleep(0)
    for task in tasks:
        await task
