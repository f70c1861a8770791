import type { Socket } from 'node:net';
import type { Dialler } from './dialler.js';
import type { ConnectOptions } from './target.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;

/** The interface that ioredis needs of a connector. */
export interface IoredisConnector {
  /** Why the last connection failed, for ioredis. */
  firstError?: Error;
  /** Begins to connect. */
  connect(): Promise<Socket>;
  /** Ends the connection, or the attempt. */
  disconnect(): void;
  /** Whether to stay connected to the server, by the information that it reports. */
  check(info?: unknown): boolean;
}

/** The constructor as ioredis calls it. */
export type IoredisConnectorClass = new (options: object) => IoredisConnector;

/** In milliseconds: how long a connection may take to end by itself, as in ioredis. */
const DISCONNECT_MS = 2000;

/** Makes the class for the option `Connector` of ioredis. */
export function ioredisConnector(dialler: Dialler, isSecured: boolean): IoredisConnectorClass {
  return class Connector implements IoredisConnector {
    firstError?: Error;
    readonly #options: ConnectOptions & { tls?: object };
    #socket: Socket | null = null;
    #isConnecting = false;

    constructor(options: object) {
      this.#options = options as ConnectOptions;
    }

    check(_info?: unknown): boolean {
      return true;
    }

    async connect(): Promise<Socket> {
      this.#isConnecting = true;
      const { host, port, path, family, tls } = this.#options;
      const target: ConnectOptions = {
        host: host ?? 'localhost',
        port: port ?? 6379,
        path: path ?? null,
        family: family ?? null,
        ...tls,
      };
      // As ioredis itself does it: disconnect() may be called in the same turn.
      await Promise.resolve();
      if (!this.#isConnecting) throw new Error('Connection is closed.');
      const socket = dialler.connect(target, { isSecured: isSecured || Boolean(tls) }) as unknown as Socket;
      socket.once('error', (error) => {
        this.firstError = error;
      });
      this.#socket = socket;
      return socket;
    }

    disconnect(): void {
      this.#isConnecting = false;
      const socket = this.#socket;
      if (socket === null) return;
      const timer = setTimeout(() => socket.destroy(), DISCONNECT_MS);
      socket.on('close', () => clearTimeout(timer));
      socket.end();
    }
  };
}
