"""The network of a loop: descriptors, sockets, connections, servers, names."""

import os
import socket
import ssl
from asyncio import base_events, tasks

from coroutine_methods import start
from handles import BightHandle
from link import Special, address_from_js, address_to_js, decode, encode, handler, held
from protocols import factory, special_protocol
from shared_sockets import special_socket
from tls_contexts import tls
from transports import TransportMixin


def path_to_js(path):
    if path is None or isinstance(path, str):
        return path
    if isinstance(path, bytes):
        return path
    return os.fspath(path)


class NetworkMixin:
    """The methods of a loop that need the network."""

    # Descriptors

    def _fd(self, fd):
        if isinstance(fd, int):
            return fd
        try:
            return int(fd.fileno())
        except (AttributeError, TypeError, ValueError):
            raise ValueError(f'Invalid file object: {fd!r}') from None

    def _watch(self, name, fd, callback, args):
        self._check_closed()
        handle = BightHandle(callback, args, self, None)
        self._call(name, self._fd(fd), self._callable(callback, handle, False))
        return handle

    def add_reader(self, fd, callback, *args):
        self._watch('addReader', fd, callback, args)

    def add_writer(self, fd, callback, *args):
        self._watch('addWriter', fd, callback, args)

    def remove_reader(self, fd):
        return self._call('removeReader', self._fd(fd))

    def remove_writer(self, fd):
        return self._call('removeWriter', self._fd(fd))

    # Sockets

    def _start(self, name, *args, convert=None):
        return start(self, self, name, *args, convert=convert)

    def _check_sock(self, sock):
        base_events._check_ssl_socket(sock)
        if self._debugging and isinstance(sock, socket.socket) and sock.gettimeout() != 0:
            # The socket's own time-out is not in the descriptor.
            if sock.gettimeout() is not None:
                raise ValueError('the socket must be non-blocking')
        return special_socket(sock)

    async def sock_recv(self, sock, n):
        return await self._start('sockRecv', self._check_sock(sock), n)

    async def sock_recv_into(self, sock, buf):
        view = memoryview(buf).cast('B')

        def put(data):
            view[:len(data)] = data
            return len(data)
        return await self._start('sockRecv', self._check_sock(sock), len(view), convert=put)

    async def sock_recvfrom(self, sock, bufsize):
        return await self._start('sockRecvfrom', self._check_sock(sock), bufsize,
                                 convert=lambda got: (got[0], address_from_js(got[1])))

    async def sock_recvfrom_into(self, sock, buf, nbytes=0):
        view = memoryview(buf).cast('B')
        if nbytes > len(view):
            raise ValueError('nbytes is greater than the length of the buffer')

        def put(got):
            view[:len(got[0])] = got[0]
            return len(got[0]), address_from_js(got[1])
        return await self._start('sockRecvfrom', self._check_sock(sock), nbytes or len(view), convert=put)

    async def sock_sendall(self, sock, data):
        return await self._start('sockSendall', self._check_sock(sock), data)

    async def sock_sendto(self, sock, data, address):
        return await self._start('sockSendto', self._check_sock(sock), data, address_to_js(address))

    async def sock_connect(self, sock, address):
        return await self._start('sockConnect', self._check_sock(sock), address_to_js(address))

    async def sock_accept(self, sock):
        def take(got):
            taken, address = got
            fd = taken._call('detach')
            accepted = socket.socket(sock.family, sock.type, sock.proto, fileno=fd)
            accepted.setblocking(False)
            return accepted, address_from_js(address)
        return await self._start('sockAccept', self._check_sock(sock), convert=take)

    async def sock_sendfile(self, sock, file, offset=0, count=None, *, fallback=True):
        special = self._check_sock(sock)
        base_events.BaseEventLoop._check_sendfile_params(self, sock, file, offset, count)
        options = {'offset': offset, 'count': count, 'fallback': fallback}
        return await self._sendfile('sockSendfile', special, file, options)

    async def _sendfile(self, name, to, file, options):
        try:
            fd = file.fileno()
        except (AttributeError, OSError):
            raise NotImplementedError('bridge: only files of the system') from None
        try:
            return await self._start(name, to, fd, options)
        finally:
            file.seek(os.lseek(fd, 0, os.SEEK_CUR))

    # Connections

    def _made(self, got):
        transport, protocol = got
        transport._loop = self
        return transport, protocol

    def _tls_options(self, options, ssl_context, server_side, server_hostname, handshake, shutdown):
        if ssl_context is True and not server_side:
            ssl_context = ssl.create_default_context()
        if ssl_context:
            options['ssl'] = tls(ssl_context, server_side)
        elif ssl_context is not None:
            options['ssl'] = ssl_context
        if server_hostname is not None:
            options['serverHostname'] = server_hostname
        if handshake is not None:
            options['sslHandshakeTimeout'] = handshake
        if shutdown is not None:
            options['sslShutdownTimeout'] = shutdown
        return ssl_context

    def _connected(self, context):
        def convert(got):
            transport, protocol = self._made(got)
            if context and isinstance(transport, TransportMixin):
                transport._own_info['sslcontext'] = context
            return transport, protocol
        return convert

    async def create_connection(self, protocol_factory, host=None, port=None, *, ssl=None, family=0, proto=0,
                                flags=0, sock=None, local_addr=None, server_hostname=None,
                                ssl_handshake_timeout=None, ssl_shutdown_timeout=None, happy_eyeballs_delay=None,
                                interleave=None):
        options = {'host': host, 'port': port, 'family': int(family), 'proto': proto, 'flags': flags}
        context = self._tls_options(options, ssl, False, server_hostname, ssl_handshake_timeout,
                                    ssl_shutdown_timeout)
        if sock is not None:
            options['sock'] = self._given_socket(sock)
        if local_addr is not None:
            options['localAddr'] = address_to_js(local_addr)
        if happy_eyeballs_delay is not None:
            options['happyEyeballsDelay'] = happy_eyeballs_delay
        if interleave is not None:
            options['interleave'] = interleave
        return await self._start('createConnection', factory(protocol_factory, None, sock), options,
                                 convert=self._connected(context))

    def _given_socket(self, sock):
        base_events._check_ssl_socket(sock)
        if isinstance(sock, socket.socket):
            sock.setblocking(False)
        return special_socket(sock)

    async def create_unix_connection(self, protocol_factory, path=None, *, ssl=None, sock=None,
                                     server_hostname=None, ssl_handshake_timeout=None, ssl_shutdown_timeout=None):
        options = {'path': path_to_js(path)}
        context = self._tls_options(options, ssl, False, server_hostname, ssl_handshake_timeout,
                                    ssl_shutdown_timeout)
        if sock is not None:
            options['sock'] = self._given_socket(sock)
        return await self._start('createUnixConnection', factory(protocol_factory, None, sock), options,
                                 convert=self._connected(context))

    async def connect_accepted_socket(self, protocol_factory, sock, *, ssl=None, ssl_handshake_timeout=None,
                                      ssl_shutdown_timeout=None):
        options = {}
        context = self._tls_options(options, ssl, True, None, ssl_handshake_timeout, ssl_shutdown_timeout)
        return await self._start('connectAcceptedSocket', factory(protocol_factory, None, sock),
                                 self._given_socket(sock),
                                 options, convert=self._connected(context))

    def _served(self, server):
        server._loop = self
        return server

    async def create_server(self, protocol_factory, host=None, port=None, *, family=socket.AF_UNSPEC,
                            flags=socket.AI_PASSIVE, sock=None, backlog=100, ssl=None, reuse_address=None,
                            reuse_port=None, ssl_handshake_timeout=None, ssl_shutdown_timeout=None,
                            start_serving=True):
        options = {'family': int(family), 'flags': int(flags), 'backlog': backlog, 'startServing': start_serving}
        if sock is None or host is not None:
            options['host'] = list(host) if host is not None and not isinstance(host, str) else host
        if port is not None:
            options['port'] = port
        if sock is not None:
            options['sock'] = self._given_socket(sock)
        if reuse_address is not None:
            options['reuseAddress'] = reuse_address
        if reuse_port is not None:
            options['reusePort'] = reuse_port
        self._tls_options(options, ssl, True, None, ssl_handshake_timeout, ssl_shutdown_timeout)
        return await self._start('createServer', factory(protocol_factory), options, convert=self._served)

    async def create_unix_server(self, protocol_factory, path=None, *, sock=None, backlog=100, ssl=None,
                                 ssl_handshake_timeout=None, ssl_shutdown_timeout=None, start_serving=True):
        # 3.11 leaves the file of the socket behind.
        options = {'path': path_to_js(path), 'backlog': backlog, 'startServing': start_serving, 'cleanupSocket': False}
        if sock is not None:
            options['sock'] = self._given_socket(sock)
        self._tls_options(options, ssl, True, None, ssl_handshake_timeout, ssl_shutdown_timeout)
        return await self._start('createUnixServer', factory(protocol_factory), options, convert=self._served)

    async def create_datagram_endpoint(self, protocol_factory, local_addr=None, remote_addr=None, *, family=0,
                                       proto=0, flags=0, reuse_port=None, allow_broadcast=None, sock=None):
        options = {'family': int(family), 'proto': proto, 'flags': flags}
        if local_addr is not None:
            options['localAddr'] = address_to_js(local_addr)
        if remote_addr is not None:
            options['remoteAddr'] = address_to_js(remote_addr)
        if reuse_port is not None:
            options['reusePort'] = reuse_port
        if allow_broadcast is not None:
            options['allowBroadcast'] = allow_broadcast
        if sock is not None:
            options['sock'] = self._given_socket(sock)
        return await self._start('createDatagramEndpoint', factory(protocol_factory, 'datagrams'), options,
                                 convert=self._made)

    async def sendfile(self, transport, file, offset=0, count=None, *, fallback=True):
        if not isinstance(transport, TransportMixin):
            raise RuntimeError(f'sendfile is not supported for transport {transport!r}')
        options = {'offset': offset, 'count': count, 'fallback': fallback}
        return await self._sendfile('sendfile', transport, file, options)

    async def start_tls(self, transport, protocol, sslcontext, *, server_side=False, server_hostname=None,
                        ssl_handshake_timeout=None, ssl_shutdown_timeout=None):
        if not isinstance(sslcontext, ssl.SSLContext):
            raise TypeError(f'sslcontext is expected to be an instance of ssl.SSLContext, got {sslcontext!r}')
        options = {'serverSide': server_side}
        self._tls_options(options, None, server_side, server_hostname, ssl_handshake_timeout, ssl_shutdown_timeout)

        def convert(made):
            if made is not None:
                made._own_info['sslcontext'] = sslcontext
            return made
        return await self._start('startTls', transport, special_protocol(protocol), tls(sslcontext, server_side),
                                 options, convert=convert)

    # Names

    _asking = False

    async def getaddrinfo(self, host, port, *, family=0, type=0, proto=0, flags=0):
        def convert(found):
            return [(socket.AddressFamily(one['family']), socket.SocketKind(one['type']), one['proto'],
                     one.get('canonname') or '', address_from_js(one['sockaddr'])) for one in found]
        options = {'family': int(family), 'type': int(type), 'proto': proto, 'flags': int(flags)}
        # A replacement of this method may call it: that must not lead back.
        self._asking = True
        try:
            pending = self._start('getaddrinfo', host, port, options, convert=convert)
        finally:
            self._asking = False
        return await pending

    async def getnameinfo(self, sockaddr, flags=0):
        return await self._start('getnameinfo', address_to_js(sockaddr), {'flags': int(flags)}, convert=tuple)


@handler
def resolve(value):
    loop = held[value['py']][0]()
    override = loop and loop._overridden('getaddrinfo')
    if not override or loop._asking:
        return None
    options = decode(value['options'])
    given = {name: options[name] for name in ('family', 'type', 'proto', 'flags') if options.get(name) is not None}

    async def ask():
        found = await override(decode(value['host']), decode(value['port']), **given)
        return [[int(family), int(kind), proto, name, address_to_js(address)]
                for family, kind, proto, name, address in found or ()]
    future = tasks.ensure_future(ask(), loop=loop)
    return Special(Resolved(future), 'python-future', {'loop': encode(loop)})


class Resolved:
    """Its result is a value, and not an object to hold."""

    plain = True

    def __init__(self, future):
        self.add_done_callback, self.cancel = future.add_done_callback, future.cancel
        self.cancelled, self.result = future.cancelled, future.result
