"""Options for text streams, or for a shell around a program, are refused before anything is started."""
import asyncio

CLOCK = 'real'


async def main(trace):
    loop = asyncio.get_running_loop()
    for options in (
        dict(universal_newlines=True),
        dict(text=True),
        dict(encoding='utf-8'),
        dict(errors='strict'),
        dict(bufsize=1),
        dict(shell=True),
    ):
        try:
            await loop.subprocess_exec(asyncio.SubprocessProtocol, 'true', **options)
        except ValueError as error:
            trace('exec', list(options)[0].split('_')[0], trace.kind(error))
    for options in (dict(shell=False), dict(text=True), dict(bufsize=4096)):
        try:
            await loop.subprocess_shell(asyncio.SubprocessProtocol, 'true', **options)
        except ValueError as error:
            trace('shell', list(options)[0], trace.kind(error))
    for cmd in (['true'], 1):
        try:
            await loop.subprocess_shell(asyncio.SubprocessProtocol, cmd)
        except ValueError as error:
            trace('shell', trace.kind(error))
