"""How run() ends: async generators and the executor are shut down by tasks, each of which takes its turns."""
import asyncio


def run(trace):
    def count(loop, n=0):
        trace('callback', n, sorted(task.get_name().split('-')[0] for task in asyncio.all_tasks(loop)))
        if n < 9:
            loop.call_soon(count, loop, n + 1)

    async def schedules():
        asyncio.get_running_loop().call_soon(count, asyncio.get_running_loop())
        return 'scheduled'

    async def stops():
        loop = asyncio.get_running_loop()
        loop.call_soon(count, loop)
        loop.stop()
        return 'stopped'

    async def stops_later():
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: loop.call_soon(lambda: loop.call_soon(loop.stop)))
        loop.call_soon(count, loop)
        return 'will be stopped'

    async def leaves_a_task():
        asyncio.create_task(asyncio.sleep(60), name='left')
        return await schedules()

    async def leaves_a_generator():
        async def numbers():
            try:
                yield 1
            finally:
                trace('closing')
                await asyncio.sleep(0)
                trace('closed')

        generator = numbers()
        await anext(generator)
        asyncio.get_running_loop().generator = generator
        return await schedules()

    for main in (schedules, stops, stops_later, leaves_a_task, leaves_a_generator):
        trace(main.__name__.split('_')[0])
        try:
            trace(asyncio.run(main()))
        except RuntimeError as error:
            trace(error)
