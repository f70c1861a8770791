/**
 * The address of an IPv4 or IPv6 socket. What the library returns has all the fields that its family has; of what it is
 * given, only `host` and `port` matter unless IPv6 needs more.
 *
 * Python's `socket` module has the tuples `(host, port)` and `(host, port, flowinfo, scope_id)` instead.
 */
export interface InetAddress {
  /** An IP address as text, or a host name where names are looked up. */
  host: string;
  /** The port, 0 to 65535; 0 lets the system choose one. */
  port: number;
  /** `AF_INET` or `AF_INET6`, the system's number. */
  family?: number | undefined;
  /** The IPv6 flow label. */
  flowinfo?: number | undefined;
  /** The index of the interface that a link-local IPv6 address belongs to. */
  scopeId?: number | undefined;
}

/**
 * The address of a socket: an `InetAddress`, or the path of a Unix socket as a string (`'\0name'` for a name in
 * Linux's abstract name space, `''` for a socket without a name).
 */
export type Address = InetAddress | string;

/** Where a Unix socket is, on the way in: a string, bytes, or a `file:` URL. */
export type UnixPath = string | Uint8Array | URL;

/** Whether an address is that of an IPv4 or IPv6 socket, and not a path. */
export function isInetAddress(address: Address): address is InetAddress {
  return typeof address === 'object';
}
