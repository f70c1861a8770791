"""Several releases in one turn wake as many, and no task overtakes them."""
import asyncio


async def main(trace):
    semaphore = asyncio.Semaphore(0)

    async def user(name):
        await semaphore.acquire()
        trace(name)

    tasks = [asyncio.create_task(user(name)) for name in 'abc']
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    trace(semaphore.locked())
    tasks.append(asyncio.create_task(user('late')))
    await asyncio.sleep(0)
    trace('turn')
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    semaphore.release()
    trace(semaphore.locked())
    await semaphore.acquire()
    trace('main', semaphore.locked())
    await asyncio.gather(*tasks)
