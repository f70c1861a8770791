import {
  CancelledError,
  IncompleteReadError,
  type StreamReader,
  type StreamWriter,
  type Task,
  TaskGroup,
} from 'bight';

/** An error for the other side, with an error code. */
export class ResponseError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error codes of JSON-RPC and of the language server protocol. */
export const ErrorCode = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internalError: -32_603,
  notInitialized: -32_002,
  requestCancelled: -32_800,
} as const;

type Id = number | string;

interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: Id | null;
  readonly method?: unknown;
  readonly params?: unknown;
}

/** Answers requests and receives notifications, by the names of their methods. */
export interface Service {
  request(method: string, params: unknown): PromiseLike<unknown> | unknown;
  /** Called in the order of the notifications and requests. */
  notification(method: string, params: unknown): void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LONGEST_MESSAGE = 64 * 1024 * 1024;

/**
 * JSON-RPC over a pair of streams, as for language servers: each message has a head with its length. Each request runs
 * as a task, which `$/cancelRequest` cancels.
 */
export class JsonRpcConnection {
  readonly #reader: StreamReader;
  readonly #writer: StreamWriter;
  readonly #running = new Map<Id, Task<object>>();

  constructor(reader: StreamReader, writer: StreamWriter) {
    this.#reader = reader;
    this.#writer = writer;
  }

  /** Serves until the other side closes the stream; then running requests are cancelled. */
  async serve(service: Service): Promise<void> {
    await TaskGroup.run(async (group) => {
      for (let text = await this.#read(); text !== null; text = await this.#read()) {
        this.#receive(text, service, group);
        await this.#writer.drain();
      }
      group.cancel();
    });
  }

  /** Sends a notification, which has no answer. */
  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** The text of the next message; `null` at the end. */
  async #read(): Promise<string | null> {
    try {
      const head = await this.#reader.readuntil(END_OF_HEAD);
      const length = /^content-length: *(\d+)\r$/im.exec(head.toString('latin1'))?.[1];
      if (length === undefined || Number(length) > LONGEST_MESSAGE)
        throw new Error('a message without a length');
      return (await this.#reader.readexactly(Number(length))).toString();
    } catch (error) {
      if (error instanceof IncompleteReadError) return null;
      throw error;
    }
  }

  #receive(text: string, service: Service, group: TaskGroup): void {
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      this.#fail(null, new ResponseError(ErrorCode.parseError, 'that is no JSON'));
      return;
    }
    const { id, method, params } = message;
    if (message.jsonrpc !== '2.0' || typeof method !== 'string') {
      // A message without a method is an answer; we send no requests.
      if (!('result' in message) && !('error' in message))
        this.#fail(id ?? null, new ResponseError(ErrorCode.invalidRequest, 'that is no request'));
    } else if (id !== undefined && id !== null) this.#begin(id, method, params, service, group);
    else if (method === '$/cancelRequest') this.#running.get((params as { id: Id }).id)?.cancel();
    else service.notification(method, params);
  }

  #begin(id: Id, method: string, params: unknown, service: Service, group: TaskGroup): void {
    const task = group.createTask(async () => {
      try {
        return { result: (await service.request(method, params)) ?? null };
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        return errorOf(error);
      }
    });
    this.#running.set(id, task);
    // Answers also if it was cancelled before it began.
    task.addDoneCallback(() => {
      this.#running.delete(id);
      this.#send({ id, ...(task.cancelled() ? errorOf(cancelled) : task.result()) });
    });
  }

  #fail(id: Id | null, error: ResponseError): void {
    this.#send({ id, ...errorOf(error) });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#writer.writelines([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
  }
}

const cancelled = new ResponseError(ErrorCode.requestCancelled, 'cancelled');

function errorOf(error: unknown): { error: { code: number; message: string } } {
  const { code, message } =
    error instanceof ResponseError ? error : new ResponseError(ErrorCode.internalError, String(error));
  return { error: { code, message } };
}
