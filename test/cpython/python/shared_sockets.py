"""Python's sockets in bight's hands: both sides use one descriptor, and the side that closes it notifies the other."""

import os
import socket
import threading
import weakref

import link
from link import Special, handler, held, rpc


shared = {}  # id(socket) -> number


class _Patched:
    close, detach = socket.socket._real_close, socket.socket.detach


def _notify(sock):
    if shared.pop(id(sock), None) is not None:
        number = link.numbers_by_id.get(id(sock))
        if number is not None and threading.get_ident() == link.MAIN_THREAD:
            rpc(op='forget_socket', py=number)


def _real_close(self, _ss=socket._socket.socket):
    if shared:
        _notify(self)
    _ss.close(self)


def _detach(self):
    if shared:
        _notify(self)
    return _Patched.detach(self)


socket.socket._real_close = _real_close
socket.socket.detach = _detach


@handler
def socket_lost(value):
    sock = held[value['py']][0]
    shared.pop(id(sock), None)
    if not value.get('given'):
        _Patched.detach(sock)
        return
    # The descriptor belongs to a Node stream now. This socket keeps another one until the connection is lost.
    family, kind, proto = sock.family, sock.type, sock.proto
    other = os.dup(sock.fileno())
    _Patched.detach(sock)
    socket.socket.__init__(sock, family, kind, proto, other)
    sock.setblocking(False)
    doubles[id(sock)] = sock


doubles = {}
given_sockets = weakref.WeakKeyDictionary()


def close_double(protocol):
    sock = given_sockets.pop(protocol, None)
    if sock is not None and doubles.pop(id(sock), None) is not None:
        sock.close()


def special_socket(sock):
    if not isinstance(sock, socket.socket):
        return Special(sock, None)
    if sock.fileno() < 0:
        raise OSError(9, 'Bad file descriptor')
    shared[id(sock)] = True
    return Special(sock, 'socket', {'fd': sock.fileno(), 'blocking': sock.gettimeout() is None})
