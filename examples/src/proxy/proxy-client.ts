import {
  CancelledError,
  getRunningLoop,
  type InetAddress,
  Protocol,
  type TaskGroup,
  TimeoutError,
  type TimerHandle,
  type Transport,
  timeout,
} from 'bight';
import { DatagramRelay } from './datagram-relay.js';
import {
  type Credentials,
  type FailureReason,
  type ProxyRequest,
  Rejection,
  type RequestParser,
  readRequest,
} from './requests.js';
import { TunnelEnd } from './tunnel-end.js';

/** The common data of a proxy's clients. */
export interface Proxy {
  readonly loop: ReturnType<typeof getRunningLoop>;
  /** The tasks of the clients. */
  readonly tasks: TaskGroup;
  readonly credentials: Credentials;
  /** Which targets are allowed; every one by default. */
  readonly allows?: (host: string, port: number) => boolean;
}

const REQUEST_SECONDS = 10;
const CONNECT_SECONDS = 10;
const LONGEST_REQUEST = 16 * 1024;

/** A client that is not connected to its target yet. */
export class ProxyClient extends Protocol {
  readonly #proxy: Proxy;
  #transport!: Transport;
  #parser!: RequestParser;
  #wanted: number | Buffer = 0;
  #received = Buffer.alloc(0);
  #hasAsked = false;
  #isGone: ((reason?: unknown) => void) | null = null;
  #patience!: TimerHandle;

  constructor(proxy: Proxy) {
    super();
    this.#proxy = proxy;
  }

  override connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.#parser = readRequest(this.#proxy.credentials, (bytes) => transport.write(bytes));
    this.#wanted = this.#parser.next().value as number;
    this.#patience = this.#proxy.loop.callLater(REQUEST_SECONDS, () => transport.abort());
  }

  override dataReceived(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    if (this.#hasAsked) return;
    try {
      this.#read();
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.#transport.write(error.answer);
      this.#transport.close();
    }
  }

  override connectionLost(): void {
    this.#patience.cancel();
    this.#isGone?.();
  }

  #read(): void {
    for (;;) {
      const wanted = this.#wanted;
      const found = typeof wanted === 'number' ? 0 : this.#received.indexOf(wanted);
      const length = typeof wanted === 'number' ? wanted : found + wanted.length;
      if (found < 0 || this.#received.length < length) {
        if (this.#received.length > LONGEST_REQUEST) throw new Rejection('the request is too long');
        return;
      }
      const step = this.#parser.next(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      if (step.done === true) {
        this.#begin(step.value);
        return;
      }
      this.#wanted = step.value;
    }
  }

  #begin(request: ProxyRequest): void {
    this.#hasAsked = true;
    this.#patience.cancel();
    this.#transport.pauseReading();
    const task = this.#proxy.tasks.createTask(() => this.#serve(request));
    this.#isGone = () => task.cancel();
  }

  async #serve({ kind, host, port, answers }: ProxyRequest): Promise<void> {
    const transport = this.#transport;
    try {
      if (this.#proxy.allows?.(host, port) === false) throw new Rejection('not allowed');
      if (kind === 'associate') await this.#relayDatagrams(answers.succeeded);
      else await this.#connect(host, port, answers.succeeded);
    } catch (error) {
      this.#isGone = null;
      if (!transport.isClosing()) transport.write(answers.failed(reasonOf(error)));
      transport.close();
      if (error instanceof CancelledError) throw error;
    }
  }

  async #connect(
    host: string,
    port: number,
    succeeded: (host: string, port: number) => Buffer,
  ): Promise<void> {
    const connecting = () =>
      this.#proxy.loop.createConnection(() => new Protocol(), { host, port, happyEyeballsDelay: 0.25 });
    const [upstream] = await timeout(CONNECT_SECONDS).run(connecting);
    this.#isGone = null;
    const transport = this.#transport;
    const local = upstream.getExtraInfo('sockname') as InetAddress;
    transport.write(succeeded(local.host, local.port));
    if (this.#received.length > 0) upstream.write(this.#received);
    TunnelEnd.join(transport, upstream as Transport);
    transport.resumeReading();
  }

  /** Forwards datagrams until the client's connection ends. */
  async #relayDatagrams(succeeded: (host: string, port: number) => Buffer): Promise<void> {
    const transport = this.#transport;
    const { host: client } = transport.getExtraInfo('peername') as InetAddress;
    const { host } = transport.getExtraInfo('sockname') as InetAddress;
    const relay = await DatagramRelay.open(client, host);
    try {
      const { address } = relay;
      transport.write(succeeded(address.host, address.port));
      transport.resumeReading();
      const gone = getRunningLoop().createFuture();
      this.#isGone = () => {
        if (!gone.done()) gone.setResult(undefined);
      };
      await gone;
    } finally {
      relay.close();
    }
  }
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof Rejection) return 'not allowed';
  if (error instanceof TimeoutError) return 'timed out';
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timed out';
    default:
      return 'other';
  }
}
