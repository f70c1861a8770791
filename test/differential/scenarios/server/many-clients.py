"""Twenty clients at once: each has a protocol of its own at the other end."""
import asyncio

import network

CLOCK = 'real'


class Numbering(network.Recorder):
    made_so_far = 0

    def __init__(self, lane):
        super().__init__(lane)
        Numbering.made_so_far += 1

    def data_received(self, data):
        super().data_received(data)
        if self.data.endswith(b'\n'):
            self.transport.write(b'you are ' + self.data)
            self.transport.close()


async def main(trace):
    Numbering.made_so_far = 0
    loop = asyncio.get_running_loop()
    server, port = await network.serve(lambda: Numbering(lambda *_: None))

    async def talk(number):
        transport, client = await loop.create_connection(
            lambda: network.Recorder(lambda *_: None), '127.0.0.1', port)
        transport.write(f'number {number}'.encode())
        transport.write(b'\n')
        await client.lost
        return client.data

    trace(await asyncio.gather(*(talk(number) for number in range(20))))
    trace(Numbering.made_so_far)
    server.close()
    await server.wait_closed()
