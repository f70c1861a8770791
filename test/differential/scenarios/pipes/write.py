"""The writing end of a pipe: pieces in order; write_eof() is close(); what is written later goes nowhere."""
import asyncio
import os

from pipe_recorder import PipeRecorder

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    for end in ('write_eof', 'close', 'abort'):
        reader, writer = os.pipe()
        pipe = os.fdopen(writer, 'wb', 0)
        transport, recorder = await loop.connect_write_pipe(lambda: PipeRecorder(trace), pipe)
        trace(transport.can_write_eof(), transport.get_write_buffer_size(), transport.is_closing())
        transport.write(b'one')
        transport.write(b'')
        transport.writelines([b'two', b'three'])
        trace(os.read(reader, 100), transport.get_write_buffer_size())
        getattr(transport, end)()
        trace(end, transport.is_closing())
        transport.write(b'late')
        await recorder.lost
        trace(os.read(reader, 100))
        os.close(reader)
