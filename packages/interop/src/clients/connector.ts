import type http from 'node:http';
import type https from 'node:https';
import type { Socket } from 'node:net';
import { httpAgent, httpsAgent } from './agents.js';
import { Dialler } from './dialler.js';
import { type IoredisConnectorClass, ioredisConnector } from './ioredis.js';
import { type ConnectorOptions, checkSettings } from './settings.js';
import { type ConnectOptions, connectOptionsOf, withoutUrlPath } from './target.js';
import { connectUndici, type UndiciCallback, type UndiciTarget } from './undici.js';

/** The forms in which clients ask for connections; none of them needs its object. */
export interface Connector {
  /** For undici and `fetch`: `new Agent({ connect: connector().undici })`. */
  readonly undici: (target: UndiciTarget, callback: UndiciCallback) => Socket;
  /** For `http`: an agent, with Node's options. */
  readonly httpAgent: (options?: http.AgentOptions) => http.Agent;
  /** For `https`: an agent, with Node's options. */
  readonly httpsAgent: (options?: https.AgentOptions) => https.Agent;
  /** For pg: `new Client({ stream: connector().pg })`. A socket that `connect(port, host)` connects. */
  readonly pg: (config?: unknown) => Socket;
  /** For ioredis: `new Redis({ Connector: connector().ioredis })`. */
  readonly ioredis: IoredisConnectorClass;
  /** For mysql2: `createConnection({ stream: connector().mysql2 })`. */
  readonly mysql2: (options: { config: object }) => Socket;
  /** For MQTT.js: `new MqttClient(connector().mqtt, { host, port })`. */
  readonly mqtt: (client: { options?: object }, options?: object) => Socket;
  /** For ws and `ws:`: `new WebSocket(url, { createConnection: connector().ws })`. */
  readonly ws: (options: object, callback?: unknown) => Socket;
  /** For ws and `wss:`. */
  readonly wss: (options: object, callback?: unknown) => Socket;
  /** `net.connect()`, or `tls.connect()` with the connector's `ssl`: all their forms. */
  readonly net: (...args: unknown[]) => Socket;
}

/**
 * Connects the clients of Node's world through a loop: addresses race by RFC 8305, names go through
 * `loop.getaddrinfo()`, and the task that requested a connection cancels the attempt when it is cancelled: the client
 * gets the CancelledError, or it as the cause. A connection that is made belongs to the client.
 *
 * @param options - `loop`, `happyEyeballsDelay` in seconds, `interleave`, `family`, `localAddr`, `ssl`,
 *   `serverHostname`, `sslHandshakeTimeout` in seconds
 * @throws {TypeError} for unknown options and wrong types
 * @throws {RuntimeError} without `loop` outside of a running loop
 */
export function connector(options?: ConnectorOptions | null): Connector {
  const settings = checkSettings(options);
  const dialler = new Dialler(settings);
  const isSecured = settings.ssl !== null;
  const overHttp = (given: object, isSecure: boolean): Socket =>
    dialler.connect(withoutUrlPath(given as ConnectOptions), { isSecured: isSecure }) as unknown as Socket;
  return {
    undici: (target, callback) => connectUndici(dialler, target, callback),
    httpAgent: (given) => httpAgent(dialler, given),
    httpsAgent: (given) => httpsAgent(dialler, given),
    pg: () => dialler.make() as unknown as Socket,
    ioredis: ioredisConnector(dialler, isSecured),
    mysql2: ({ config }) => connectMysql(dialler, config),
    mqtt: (client, given) => dialler.connect(mqttTarget(given ?? client.options ?? {})) as unknown as Socket,
    ws: (given) => overHttp(given, isSecured),
    wss: (given) => overHttp(given, true),
    net: (...args) => connectNet(dialler, args),
  };
}

function connectMysql(dialler: Dialler, config: object): Socket {
  const { host, port, socketPath } = config as { host?: string; port?: number; socketPath?: string };
  return dialler.connect({
    host: host ?? 'localhost',
    port: port ?? 3306,
    path: socketPath ?? null,
  }) as unknown as Socket;
}

function mqttTarget(given: object): ConnectOptions {
  const { host, hostname, port, path: _, ...rest } = given as ConnectOptions;
  return { ...rest, host: hostname ?? host ?? 'localhost', port: port ?? 1883, timeout: null };
}

function connectNet(dialler: Dialler, args: readonly unknown[]): Socket {
  const listener = args.find((argument) => typeof argument === 'function') as (() => void) | undefined;
  const socket = dialler.connect(connectOptionsOf(args)) as unknown as Socket;
  if (listener !== undefined) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', listener);
  return socket;
}
