import type { BufferedProtocolLike } from './buffered-protocol.js';
import type { ProtocolLike } from './protocol.js';

/** What a stream transport can be coupled with. */
export type StreamProtocolLike = ProtocolLike | BufferedProtocolLike;

/**
 * Makes the protocol of a new connection: called without arguments, once for each.
 *
 * The reference's `protocol_factory`. A class is wrapped: `() => new EchoProtocol()`.
 *
 * @typeParam P - the protocol's type
 */
export type ProtocolFactory<P> = () => P;
