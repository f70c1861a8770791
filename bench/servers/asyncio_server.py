"""CPython's asyncio, or uvloop: `python3 asyncio_server.py CONFIG`. README.md describes the benchmarks' servers."""

import asyncio
import json
import os
import socket
import ssl
import sys
import tempfile

config = json.loads(sys.argv[1])
HOST = "127.0.0.1"
BACKLOG = 4096


def ready(port):
    print(json.dumps({"port": port}), flush=True)


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class EchoInHalves(Echo):
    def data_received(self, data):
        half = len(data) // 2
        self.transport.write(data[:half])
        self.transport.write(data[half:])


class BufferedEcho(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport = transport
        self.memory = memoryview(bytearray(256 * 1024))

    def get_buffer(self, sizehint):
        return self.memory

    def buffer_updated(self, length):
        self.transport.write(self.memory[:length])


class Download(Echo):
    def data_received(self, data):
        asyncio.ensure_future(self.send())

    async def send(self):
        with open(config["file"], "rb") as file:
            await asyncio.get_running_loop().sendfile(self.transport, file)
        self.transport.close()


class EchoDatagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 2**20)

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def echo_streams(reader, writer):
    while data := await reader.read(256 * 1024):
        writer.write(data)
        await writer.drain()
    writer.close()


async def echo_socket(loop, sock):
    with sock:
        while data := await loop.sock_recv(sock, 256 * 1024):
            await loop.sock_sendall(sock, data)


async def serve_sockets(loop):
    listener = socket.socket()
    listener.setblocking(False)
    listener.bind((HOST, 0))
    listener.listen(BACKLOG)
    ready(listener.getsockname()[1])
    tasks = set()
    while True:
        sock, _ = await loop.sock_accept(listener)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(echo_socket(loop, sock))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


def server_context():
    if config["transport"] != "tls":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as pem:
        pem.write(config["key"] + config["cert"])
    context.load_cert_chain(pem.name)
    os.unlink(pem.name)
    return context


async def serve():
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: os.read(0, 1) or os._exit(0))
    transport, style = config["transport"], config.get("style")
    if style == "sockets":
        await serve_sockets(loop)
    if transport == "udp":
        endpoint, _ = await loop.create_datagram_endpoint(EchoDatagrams, local_addr=(HOST, 0))
        ready(endpoint.get_extra_info("sockname")[1])
        await loop.create_future()
    context = server_context()
    protocol = BufferedEcho if style == "buffered" else {
        "echo": Echo, "two-writes": EchoInHalves, "download": Download}[config["mode"]]
    if transport == "unix":
        if style == "streams":
            server = await asyncio.start_unix_server(echo_streams, config["path"], backlog=BACKLOG)
        else:
            server = await loop.create_unix_server(protocol, config["path"], backlog=BACKLOG)
        ready(0)
    else:
        if style == "streams":
            server = await asyncio.start_server(echo_streams, HOST, 0, ssl=context, backlog=BACKLOG)
        else:
            server = await loop.create_server(protocol, HOST, 0, ssl=context, backlog=BACKLOG)
        ready(server.sockets[0].getsockname()[1])
    await server.serve_forever()


if config.get("loop") == "uvloop":
    import uvloop

    uvloop.install()
asyncio.run(serve())
