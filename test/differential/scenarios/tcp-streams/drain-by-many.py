"""A hundred tasks wait for one writer to drain: all go on, in their order, when the other end reads."""
import asyncio

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    go_on = loop.create_future()
    received = loop.create_future()

    async def serve(reader, writer):
        await go_on
        received.set_result(len(await reader.read()))
        writer.close()

    server = await asyncio.start_server(serve, '127.0.0.1', 0, limit=1024)
    reader, writer = await asyncio.open_connection('127.0.0.1', server.sockets[0].getsockname()[1])
    order = []
    await writer.drain()
    writer.write(b'x' * 10_000_000)

    async def drain(number):
        writer.write(b'y')
        await writer.drain()
        order.append(number)

    tasks = [asyncio.create_task(drain(number)) for number in range(100)]
    for _ in range(3):
        await asyncio.sleep(0)
    trace(order, sum(task.done() for task in tasks))
    tasks[50].cancel()
    await asyncio.sleep(0)
    trace(tasks[50].cancelled())
    go_on.set_result(None)
    await asyncio.wait(tasks)
    trace(order == [number for number in range(100) if number != 50])
    writer.close()
    await writer.wait_closed()
    trace(await received)
    server.close()
    await server.wait_closed()
