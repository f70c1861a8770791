import type { InetAddress } from './address.js';

/**
 * One way to reach a host and port.
 *
 * Python has 5-tuples instead.
 *
 * @python socket.getaddrinfo()
 */
export interface AddrInfo {
  /** `AF_INET` or `AF_INET6`, the system's number. */
  family: number;
  /** `SOCK_STREAM` or `SOCK_DGRAM`, the system's number. */
  type: number;
  /** The protocol's number. */
  proto: number;
  /** The host's canonical name, when `AI_CANONNAME` asked for it, else `''`. */
  canonname: string;
  /** The address to connect or bind to. */
  sockaddr: InetAddress;
}

/** What `loop.getaddrinfo()` takes beside host and port; every number is the system's, and 0 means any. */
export interface GetaddrinfoOptions {
  /** `AF_INET` or `AF_INET6`: only addresses of this family. */
  family?: number | undefined;
  /** `SOCK_STREAM` or `SOCK_DGRAM`: only this type of socket. */
  type?: number | undefined;
  /** The number of a protocol: only this one. */
  proto?: number | undefined;
  /** `AI_…` bits. */
  flags?: number | undefined;
}

/** What `loop.getnameinfo()` takes beside the address. */
export interface GetnameinfoOptions {
  /** `NI_…` bits. */
  flags?: number | undefined;
}
