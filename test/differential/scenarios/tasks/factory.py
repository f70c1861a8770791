"""A task factory sees every coroutine, with its name; None brings back the ordinary tasks."""
import asyncio


async def main(trace):
    loop = asyncio.get_running_loop()
    trace('factory', loop.get_task_factory())

    async def child(value):
        await asyncio.sleep(0)
        return value

    def factory(loop, coroutine, **options):
        trace('making')
        task = asyncio.Task(coroutine, loop=loop, **options)
        task.add_done_callback(lambda done: trace('made and done', done.result()))
        return task

    loop.set_task_factory(factory)
    trace('set', loop.get_task_factory() is factory)
    first = asyncio.create_task(child(1), name='first')
    trace(first.get_name(), await first)
    trace(await asyncio.gather(child(2), child(3)))
    loop.set_task_factory(None)
    trace('reset', await asyncio.create_task(child(4)))
