import { type AbstractServer, openSignalReceiver } from 'bight';

/** What a program does with its server. */
export interface ServingOptions {
  /** The line that says where it listens. */
  readonly announce: (port: number) => string;
  /** How many **seconds** its clients have left when it ends. */
  readonly grace: number;
}

/** Lets a server serve until SIGINT (Ctrl-C) or SIGTERM, and closes it. */
export async function serveUntilSignal(
  server: AbstractServer,
  { announce, grace }: ServingOptions,
): Promise<void> {
  using signals = openSignalReceiver('SIGINT', 'SIGTERM');
  console.log(announce(server.sockets[0]!.getsockname().port));
  for await (const _ of signals) break;
  await server.close({ grace });
}
