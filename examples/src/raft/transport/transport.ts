import type { TaskGroup } from 'bight';

/** A transport between nodes. Messages may be lost, and arrive whole. */
export interface Transport {
  /** @param address - `HOST:PORT` of another node */
  send(address: string, bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a transport.
 * @param group - for background tasks
 * @param address - `HOST:PORT` of this node
 * @param receive - gets the messages of other nodes
 */
export type OpenTransport = (
  group: TaskGroup,
  address: string,
  receive: (bytes: Buffer) => void,
) => Promise<Transport>;
