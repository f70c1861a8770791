"""A proxy and a mail server on asyncio or uvloop, with the examples' design: `python3 asyncio_programs.py CONFIG`."""

import asyncio
import json
import ssl
import sys
import tempfile

config = json.loads(sys.argv[1])
HOST = "127.0.0.1"


def ready(server):
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)


class TunnelEnd(asyncio.Protocol):
    """One end of a tunnel, which forwards received bytes to the other end."""

    def __init__(self, transport):
        self.transport = transport
        self.partner = None
        self.has_ended = False

    @staticmethod
    def join(one, other):
        ends = [TunnelEnd(one), TunnelEnd(other)]
        for end, partner in zip(ends, reversed(ends)):
            end.partner = partner
            end.transport.set_protocol(end)

    def data_received(self, data):
        self.partner.transport.write(data)

    def eof_received(self):
        self.has_ended = True
        other = self.partner.transport
        if not other.is_closing():
            other.write_eof()
        if self.partner.has_ended:
            self.transport.close()
            other.close()
        return True

    def pause_writing(self):
        if not self.partner.transport.is_closing():
            self.partner.transport.pause_reading()

    def resume_writing(self):
        if not self.partner.transport.is_closing():
            self.partner.transport.resume_reading()

    def connection_lost(self, exception):
        if exception is None:
            self.partner.transport.close()
        else:
            self.partner.transport.abort()


def read_request():
    """Yields the number of bytes that it needs, and gets them; returns the target of a SOCKS 5 client."""
    _, count = yield 2
    yield count
    yield b"\x05\x00"
    _, _, _, kind = yield 4
    if kind == 1:
        host = ".".join(map(str, (yield 4)))
    else:
        (length,) = yield 1
        host = (yield length).decode()
    port = int.from_bytes((yield 2), "big")
    return host, port


class ProxyClient(asyncio.Protocol):
    """A client that is not connected to its target yet."""

    def connection_made(self, transport):
        self.transport = transport
        self.parser = read_request()
        self.wanted = next(self.parser)
        self.received = b""
        self.task = None
        loop = asyncio.get_running_loop()
        self.patience = loop.call_later(10, transport.abort)

    def data_received(self, data):
        self.received += data
        if self.task is not None:
            return
        while len(self.received) >= self.wanted:
            piece, self.received = self.received[: self.wanted], self.received[self.wanted :]
            try:
                step = self.parser.send(piece)
                if isinstance(step, bytes):
                    self.transport.write(step)
                    step = next(self.parser)
                self.wanted = step
            except StopIteration as done:
                self.patience.cancel()
                self.transport.pause_reading()
                self.task = asyncio.get_running_loop().create_task(self.connect(*done.value))
                return

    def connection_lost(self, exception):
        self.patience.cancel()
        if self.task is not None:
            self.task.cancel()

    async def connect(self, host, port):
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(10):
                upstream, _ = await loop.create_connection(asyncio.Protocol, host, port)
        except OSError:
            self.transport.write(b"\x05\x05\x00\x01" + bytes(6))
            self.transport.close()
            return
        host, port = upstream.get_extra_info("sockname")
        address = bytes(map(int, host.split("."))) + port.to_bytes(2, "big")
        self.transport.write(b"\x05\x00\x00\x01" + address)
        if self.received:
            upstream.write(self.received)
        TunnelEnd.join(self.transport, upstream)
        self.transport.resume_reading()


class Session:
    """One connection of a mail server."""

    def __init__(self, reader, writer, context):
        self.reader, self.writer, self.context = reader, writer, context
        self.sender, self.recipients = None, []

    async def run(self):
        try:
            self.say(b"220 mx.example ESMTP")
            while True:
                answer = await self.obey(await self.read_until(b"\r\n"))
                if answer is None:
                    break
                if answer:
                    self.say(answer)
                await self.writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writer.close()

    def say(self, text):
        self.writer.write(text + b"\r\n")

    async def read_until(self, end):
        async with asyncio.timeout(300):
            return await self.reader.readuntil(end)

    async def obey(self, line):
        verb, _, rest = line[:-2].decode().partition(" ")
        verb = verb.upper()
        if verb == "EHLO":
            return b"250-mx.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE 10000000"
        if verb == "MAIL":
            self.sender = rest
        elif verb == "RCPT":
            self.recipients.append(rest)
        elif verb == "DATA":
            self.say(b"354 end with a dot on a line of its own")
            await self.writer.drain()
            message = await self.read_until(b"\r\n.\r\n")
            message[:-3].replace(b"\r\n..", b"\r\n.")
            self.sender, self.recipients = None, []
        elif verb == "STARTTLS":
            self.say(b"220 go ahead")
            async with asyncio.timeout(300):
                await self.writer.start_tls(self.context)
            return b""
        elif verb == "QUIT":
            self.say(b"221 goodbye")
            return None
        else:
            return b"500 no such command"
        return b"250 OK"


def make_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w") as key, tempfile.NamedTemporaryFile("w") as cert:
        key.write(config["key"])
        cert.write(config["cert"])
        key.flush()
        cert.flush()
        context.load_cert_chain(cert.name, key.name)
    return context


async def main():
    loop = asyncio.get_running_loop()
    asyncio.ensure_future(loop.run_in_executor(None, sys.stdin.read)).add_done_callback(lambda _: sys.exit())
    if config["kind"] == "proxy":
        server = await loop.create_server(ProxyClient, HOST, 0, backlog=1024)
    else:
        context = make_context()
        server = await asyncio.start_server(
            lambda reader, writer: Session(reader, writer, context).run(), HOST, 0, limit=10_000_005, backlog=1024
        )
    ready(server)
    await server.serve_forever()


if config["loop"] == "uvloop":
    import uvloop

    uvloop.install()
asyncio.run(main())
