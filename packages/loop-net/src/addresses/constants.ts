/**
 * The numbers of `<sys/socket.h>` and `<netdb.h>` that asyncio's methods take and return.
 *
 * They differ between operating systems; these are those of the running one.
 */
const platform = (globalThis as { process?: { platform?: string } }).process?.platform ?? 'linux';
const isBsd =
  platform === 'darwin' || platform === 'freebsd' || platform === 'openbsd' || platform === 'netbsd';
const isWindows = platform === 'win32';

function pick(linux: number, onBsd: number, onWindows: number): number {
  if (isWindows) return onWindows;
  return isBsd ? onBsd : linux;
}

/** No address family in particular. @python socket.AF_UNSPEC */
export const AF_UNSPEC = 0;
/** The address family of Unix sockets. @python socket.AF_UNIX */
export const AF_UNIX = 1;
/** The address family of IPv4. @python socket.AF_INET */
export const AF_INET = 2;
/** The address family of IPv6. @python socket.AF_INET6 */
export const AF_INET6: number = isWindows
  ? 23
  : platform === 'darwin'
    ? 30
    : platform === 'freebsd'
      ? 28
      : isBsd
        ? 24
        : 10;

/** The type of connected byte streams. @python socket.SOCK_STREAM */
export const SOCK_STREAM = 1;
/** The type of datagram sockets. @python socket.SOCK_DGRAM */
export const SOCK_DGRAM = 2;
/** The type of raw sockets. @python socket.SOCK_RAW */
export const SOCK_RAW = 3;

/** The protocol number of IP itself. @python socket.IPPROTO_IP */
export const IPPROTO_IP = 0;
/** The protocol number of TCP. @python socket.IPPROTO_TCP */
export const IPPROTO_TCP = 6;
/** The protocol number of UDP. @python socket.IPPROTO_UDP */
export const IPPROTO_UDP = 17;
/** The protocol number of IPv6. @python socket.IPPROTO_IPV6 */
export const IPPROTO_IPV6 = 41;

/** The option level of the socket itself. @python socket.SOL_SOCKET */
export const SOL_SOCKET: number = pick(1, 0xffff, 0xffff);
/** Lets a local address be used again at once. @python socket.SO_REUSEADDR */
export const SO_REUSEADDR: number = pick(2, 4, 4);
/** The type of a socket (read-only). @python socket.SO_TYPE */
export const SO_TYPE: number = pick(3, 0x1008, 0x1008);
/** The pending error of a socket (read-only). @python socket.SO_ERROR */
export const SO_ERROR: number = pick(4, 0x1007, 0x1007);
/** Permits datagrams to broadcast addresses. @python socket.SO_BROADCAST */
export const SO_BROADCAST: number = pick(6, 0x20, 0x20);
/** The size of the kernel's send buffer in bytes. @python socket.SO_SNDBUF */
export const SO_SNDBUF: number = pick(7, 0x1001, 0x1001);
/** The size of the kernel's receive buffer in bytes. @python socket.SO_RCVBUF */
export const SO_RCVBUF: number = pick(8, 0x1002, 0x1002);
/** Sends keep-alive probes on idle connections. @python socket.SO_KEEPALIVE */
export const SO_KEEPALIVE: number = pick(9, 8, 8);
/** Lets several sockets share one local address. @python socket.SO_REUSEPORT */
export const SO_REUSEPORT: number = pick(15, 0x200, 0);
/** Whether a socket listens (read-only). @python socket.SO_ACCEPTCONN */
export const SO_ACCEPTCONN: number = pick(30, 2, 2);
/** Sends small segments at once. @python socket.TCP_NODELAY */
export const TCP_NODELAY = 1;
/** After how many idle seconds the first keep-alive probe is sent. @python socket.TCP_KEEPIDLE */
export const TCP_KEEPIDLE: number = pick(4, platform === 'darwin' ? 0x10 : 0x100, 3);

/** Addresses to listen on are wanted. @python socket.AI_PASSIVE */
export const AI_PASSIVE = 1;
/** The official name of the host is wanted. @python socket.AI_CANONNAME */
export const AI_CANONNAME = 2;
/** The host is an address: look no name up. @python socket.AI_NUMERICHOST */
export const AI_NUMERICHOST = 4;
/** IPv6 sockets may reach IPv4 hosts through mapped addresses. @python socket.AI_V4MAPPED */
export const AI_V4MAPPED: number = pick(0x8, 0x800, 0x800);
/** With `AI_V4MAPPED`: IPv6 and mapped IPv4 addresses. @python socket.AI_ALL */
export const AI_ALL: number = pick(0x10, 0x100, 0x100);
/** Only families that this machine has an address of. @python socket.AI_ADDRCONFIG */
export const AI_ADDRCONFIG: number = pick(0x20, 0x400, 0x400);
/** The port is a number: look no service up. @python socket.AI_NUMERICSERV */
export const AI_NUMERICSERV: number = pick(0x400, 0x1000, 0x8);

/** Returns the address of the host, not its name. @python socket.NI_NUMERICHOST */
export const NI_NUMERICHOST: number = pick(1, 2, 2);
/** Returns the port, not the name of the service. @python socket.NI_NUMERICSERV */
export const NI_NUMERICSERV: number = pick(2, 8, 8);
/** Returns only the first part of the names of local hosts. @python socket.NI_NOFQDN */
export const NI_NOFQDN: number = pick(4, 1, 1);
/** An address without a name is an error. @python socket.NI_NAMEREQD */
export const NI_NAMEREQD: number = pick(8, 4, 4);
/** The service is one of UDP. @python socket.NI_DGRAM */
export const NI_DGRAM = 16;
