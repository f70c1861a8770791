import type { TaskGroup } from 'bight';

/** How nodes reach each other. Bytes may get lost; they arrive as they were sent together. */
export interface Transport {
  /** @param address - `HOST:PORT` of another node */
  send(address: string, bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a transport.
 *
 * @param group - for what goes on in the background
 * @param address - `HOST:PORT` of this node
 * @param receive - takes what other nodes send
 */
export type OpenTransport = (
  group: TaskGroup,
  address: string,
  receive: (bytes: Buffer) => void,
) => Promise<Transport>;
