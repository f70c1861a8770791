import { binding } from './load.js';

/**
 * The system's number for a name: what the addon was compiled with, or, where it is not available, what Linux and
 * the BSD systems (macOS, and Windows in most of them) use. `NaN` where the platform has nothing of that name.
 */
function constant(name: string, linux: number, bsd: number = Number.NaN): number {
  return (
    binding?.constants[name] ?? (binding !== null ? Number.NaN : process.platform === 'linux' ? linux : bsd)
  );
}

// Address families.

/** Any family. */
export const AF_UNSPEC: number = constant('AF_UNSPEC', 0, 0);
/** Unix sockets, named by paths. */
export const AF_UNIX: number = constant('AF_UNIX', 1, 1);
/** IPv4. */
export const AF_INET: number = constant('AF_INET', 2, 2);
/** IPv6. */
export const AF_INET6: number = constant('AF_INET6', 10, process.platform === 'win32' ? 23 : 30);

// Types of sockets.

/** Streams of bytes: TCP. */
export const SOCK_STREAM: number = constant('SOCK_STREAM', 1, 1);
/** Datagrams: UDP. */
export const SOCK_DGRAM: number = constant('SOCK_DGRAM', 2, 2);
/** Raw packets. */
export const SOCK_RAW: number = constant('SOCK_RAW', 3, 3);
/** Streams of messages. */
export const SOCK_SEQPACKET: number = constant('SOCK_SEQPACKET', 5, 5);

// Levels of options, and protocols.

/** The level of the `SO_…` options. */
export const SOL_SOCKET: number = constant('SOL_SOCKET', 1, 0xffff);
/** The level of the `IP_…` options. */
export const IPPROTO_IP: number = constant('IPPROTO_IP', 0, 0);
/** ICMP. */
export const IPPROTO_ICMP: number = constant('IPPROTO_ICMP', 1, 1);
/** TCP, and the level of the `TCP_…` options. */
export const IPPROTO_TCP: number = constant('IPPROTO_TCP', 6, 6);
/** UDP. */
export const IPPROTO_UDP: number = constant('IPPROTO_UDP', 17, 17);
/** The level of the `IPV6_…` options. */
export const IPPROTO_IPV6: number = constant('IPPROTO_IPV6', 41, 41);
/** ICMP for IPv6. */
export const IPPROTO_ICMPV6: number = constant('IPPROTO_ICMPV6', 58, 58);
/** Raw IP packets. */
export const IPPROTO_RAW: number = constant('IPPROTO_RAW', 255, 255);

// Options of all sockets.

/** Records debugging information. */
export const SO_DEBUG: number = constant('SO_DEBUG', 1, 1);
/** Allows binding to an address that was in use a moment ago. */
export const SO_REUSEADDR: number = constant('SO_REUSEADDR', 2, 4);
/** The socket's type (to get). */
export const SO_TYPE: number = constant('SO_TYPE', 3, 0x1008);
/** The pending error, which getting it clears. */
export const SO_ERROR: number = constant('SO_ERROR', 4, 0x1007);
/** Sends to directly connected hosts only. */
export const SO_DONTROUTE: number = constant('SO_DONTROUTE', 5, 16);
/** Allows sending to broadcast addresses. */
export const SO_BROADCAST: number = constant('SO_BROADCAST', 6, 32);
/** The size of the send buffer in bytes. */
export const SO_SNDBUF: number = constant('SO_SNDBUF', 7, 0x1001);
/** The size of the receive buffer in bytes. */
export const SO_RCVBUF: number = constant('SO_RCVBUF', 8, 0x1002);
/** Probes idle connections. */
export const SO_KEEPALIVE: number = constant('SO_KEEPALIVE', 9, 8);
/** Puts urgent data in line. */
export const SO_OOBINLINE: number = constant('SO_OOBINLINE', 10, 0x100);
/** The priority of what is sent (Linux). */
export const SO_PRIORITY: number = constant('SO_PRIORITY', 12);
/** Lingers on close; its value is a structure of two integers. */
export const SO_LINGER: number = constant('SO_LINGER', 13, 128);
/** Lets several sockets listen on one port. */
export const SO_REUSEPORT: number = constant('SO_REUSEPORT', 15, 0x200);
/** How many bytes make a socket readable. */
export const SO_RCVLOWAT: number = constant('SO_RCVLOWAT', 18, 0x1004);
/** How much room makes a socket writable. */
export const SO_SNDLOWAT: number = constant('SO_SNDLOWAT', 19, 0x1003);
/** The time-out of blocking receives; its value is a `struct timeval`. */
export const SO_RCVTIMEO: number = constant('SO_RCVTIMEO', 20, 0x1006);
/** The time-out of blocking sends; its value is a `struct timeval`. */
export const SO_SNDTIMEO: number = constant('SO_SNDTIMEO', 21, 0x1005);
/** The name of the interface to use (Linux). */
export const SO_BINDTODEVICE: number = constant('SO_BINDTODEVICE', 25);
/** Whether the socket listens (to get). */
export const SO_ACCEPTCONN: number = constant('SO_ACCEPTCONN', 30, 2);
/** The socket's protocol (to get; Linux). */
export const SO_PROTOCOL: number = constant('SO_PROTOCOL', 38);
/** The socket's family (to get; Linux). */
export const SO_DOMAIN: number = constant('SO_DOMAIN', 39);
/** The processor that packets come in on (Linux). */
export const SO_INCOMING_CPU: number = constant('SO_INCOMING_CPU', 49);

// Options of TCP sockets.

/** Sends small segments at once. */
export const TCP_NODELAY: number = constant('TCP_NODELAY', 1, 1);
/** The largest segment. */
export const TCP_MAXSEG: number = constant('TCP_MAXSEG', 2, 2);
/** Holds partial segments back (Linux). */
export const TCP_CORK: number = constant('TCP_CORK', 3);
/** Seconds of silence before the first keep-alive probe. */
export const TCP_KEEPIDLE: number = constant('TCP_KEEPIDLE', 4, 16);
/** Seconds between keep-alive probes. */
export const TCP_KEEPINTVL: number = constant('TCP_KEEPINTVL', 5, 0x101);
/** How many unanswered probes end a connection. */
export const TCP_KEEPCNT: number = constant('TCP_KEEPCNT', 6, 0x102);
/** How often a connection request is repeated (Linux). */
export const TCP_SYNCNT: number = constant('TCP_SYNCNT', 7);
/** Seconds that a half-closed connection may last (Linux). */
export const TCP_LINGER2: number = constant('TCP_LINGER2', 8);
/** Accepts a connection when data arrives (Linux). */
export const TCP_DEFER_ACCEPT: number = constant('TCP_DEFER_ACCEPT', 9);
/** The state of a connection, a structure (Linux). */
export const TCP_INFO: number = constant('TCP_INFO', 11);
/** Acknowledges at once (Linux). */
export const TCP_QUICKACK: number = constant('TCP_QUICKACK', 12);
/** The name of the congestion control (Linux). */
export const TCP_CONGESTION: number = constant('TCP_CONGESTION', 13);
/** Milliseconds that sent data may stay unacknowledged (Linux). */
export const TCP_USER_TIMEOUT: number = constant('TCP_USER_TIMEOUT', 18);
/** Carries data in connection requests. */
export const TCP_FASTOPEN: number = constant('TCP_FASTOPEN', 23, 0x105);
/** How much unsent data makes a socket unwritable. */
export const TCP_NOTSENT_LOWAT: number = constant('TCP_NOTSENT_LOWAT', 25, 0x201);

// Options of IPv4 and IPv6 sockets.

/** The type of service of what is sent. */
export const IP_TOS: number = constant('IP_TOS', 1, 3);
/** How many hops packets may take. */
export const IP_TTL: number = constant('IP_TTL', 2, 4);
/** The interface for multicasts. */
export const IP_MULTICAST_IF: number = constant('IP_MULTICAST_IF', 32, 9);
/** How many hops multicasts may take. */
export const IP_MULTICAST_TTL: number = constant('IP_MULTICAST_TTL', 33, 10);
/** Whether own multicasts come back. */
export const IP_MULTICAST_LOOP: number = constant('IP_MULTICAST_LOOP', 34, 11);
/** Joins a multicast group; its value is a structure. */
export const IP_ADD_MEMBERSHIP: number = constant('IP_ADD_MEMBERSHIP', 35, 12);
/** Leaves a multicast group; its value is a structure. */
export const IP_DROP_MEMBERSHIP: number = constant('IP_DROP_MEMBERSHIP', 36, 13);
/** How many hops packets may take. */
export const IPV6_UNICAST_HOPS: number = constant('IPV6_UNICAST_HOPS', 16, 4);
/** The interface for multicasts. */
export const IPV6_MULTICAST_IF: number = constant('IPV6_MULTICAST_IF', 17, 9);
/** How many hops multicasts may take. */
export const IPV6_MULTICAST_HOPS: number = constant('IPV6_MULTICAST_HOPS', 18, 10);
/** Whether own multicasts come back. */
export const IPV6_MULTICAST_LOOP: number = constant('IPV6_MULTICAST_LOOP', 19, 11);
/** Joins a multicast group; its value is a structure. */
export const IPV6_JOIN_GROUP: number = constant('IPV6_JOIN_GROUP', 20, 12);
/** Leaves a multicast group; its value is a structure. */
export const IPV6_LEAVE_GROUP: number = constant('IPV6_LEAVE_GROUP', 21, 13);
/** Keeps an IPv6 socket from IPv4 addresses. */
export const IPV6_V6ONLY: number = constant('IPV6_V6ONLY', 26, 27);
/** The traffic class of what is sent. */
export const IPV6_TCLASS: number = constant('IPV6_TCLASS', 67, 36);

// Flags of single transfers.

/** Urgent data. */
export const MSG_OOB: number = constant('MSG_OOB', 1, 1);
/** Leaves what is received in the queue. */
export const MSG_PEEK: number = constant('MSG_PEEK', 2, 2);
/** Sends to directly connected hosts only. */
export const MSG_DONTROUTE: number = constant('MSG_DONTROUTE', 4, 4);
/** Control data was cut off. */
export const MSG_CTRUNC: number = constant('MSG_CTRUNC', 8, 32);
/** A datagram was cut off; on Linux also asks for its real length. */
export const MSG_TRUNC: number = constant('MSG_TRUNC', 32, 16);
/** Does not block, whatever the socket's mode. */
export const MSG_DONTWAIT: number = constant('MSG_DONTWAIT', 0x40, 128);
/** Ends a record. */
export const MSG_EOR: number = constant('MSG_EOR', 128, 8);
/** Waits for as much as was asked for. */
export const MSG_WAITALL: number = constant('MSG_WAITALL', 0x100, 0x40);
/** Receives from the error queue (Linux). */
export const MSG_ERRQUEUE: number = constant('MSG_ERRQUEUE', 0x2000);
/** No SIGPIPE; always set here (Linux). */
export const MSG_NOSIGNAL: number = constant('MSG_NOSIGNAL', 0x4000);
/** More follows (Linux). */
export const MSG_MORE: number = constant('MSG_MORE', 0x8000);

// Arguments of shutdown() and listen().

/** No more receiving. */
export const SHUT_RD: number = constant('SHUT_RD', 0, 0);
/** No more sending. */
export const SHUT_WR: number = constant('SHUT_WR', 1, 1);
/** Neither receiving nor sending. */
export const SHUT_RDWR: number = constant('SHUT_RDWR', 2, 2);
/** The longest queue of connections that `listen()` grants. */
export const SOMAXCONN: number = constant('SOMAXCONN', 4096, 128);

// Flags of getaddrinfo().

/** Addresses to bind to. */
export const AI_PASSIVE: number = constant('AI_PASSIVE', 1, 1);
/** Asks for the canonical name. */
export const AI_CANONNAME: number = constant('AI_CANONNAME', 2, 2);
/** Looks no host name up. */
export const AI_NUMERICHOST: number = constant('AI_NUMERICHOST', 4, 4);
/** IPv4 addresses as IPv6 ones, where there are no others. */
export const AI_V4MAPPED: number = constant('AI_V4MAPPED', 8, 0x800);
/** With `AI_V4MAPPED`: IPv4 addresses too. */
export const AI_ALL: number = constant('AI_ALL', 16, 0x100);
/** Only families that this machine has addresses of. */
export const AI_ADDRCONFIG: number = constant('AI_ADDRCONFIG', 32, 0x400);
/** Looks no service name up. */
export const AI_NUMERICSERV: number = constant('AI_NUMERICSERV', 0x400, 4096);

// Flags of getnameinfo().

/** The host as a number. */
export const NI_NUMERICHOST: number = constant('NI_NUMERICHOST', 1, 2);
/** The service as a number. */
export const NI_NUMERICSERV: number = constant('NI_NUMERICSERV', 2, 8);
/** Only the host's name for hosts of this domain. */
export const NI_NOFQDN: number = constant('NI_NOFQDN', 4, 1);
/** Fails when the host has no name. */
export const NI_NAMEREQD: number = constant('NI_NAMEREQD', 8, 4);
/** The service's name for UDP. */
export const NI_DGRAM: number = constant('NI_DGRAM', 16, 16);
