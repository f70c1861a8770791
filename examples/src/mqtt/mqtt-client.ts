import {
  type AbstractFuture,
  BrokenResourceError,
  type ChannelReceiver,
  type ChannelSender,
  getRunningLoop,
  IncompleteReadError,
  openChannel,
  openConnection,
  type StreamReader,
  type StreamWriter,
  sleep,
  TaskGroup,
  TimeoutError,
  timeout,
} from 'bight';
import {
  Kind,
  MalformedPacketError,
  type Message,
  matches,
  type Packet,
  packet,
  readPacket,
  readPublish,
  text,
  word,
} from './packets.js';

/** The options of a client. */
export interface MqttOptions {
  readonly host: string;
  readonly port: number;
  /** The id by which the broker recognises the client, and keeps messages for it. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** The **seconds** of silence after which the client sends a ping; by default 30. */
  readonly keepAlive?: number;
  /** Called with `true` when the connection is made, with `false` when it is lost. */
  readonly onConnection?: (isConnected: boolean) => void;
}

/** The broker refuses the client; trying again would not help. */
export class ConnectionRefusedError extends Error {}

interface Subscription {
  readonly filter: string;
  readonly sender: ChannelSender<Message>;
  /** Until then its request is among what waits for its receipt. */
  isAcknowledged: boolean;
}

const FIRST_PAUSE = 0.05;
const LONGEST_PAUSE = 10;
const MOST_BUFFERED = 100;
const HIGHEST_NUMBER = 0xffff;

/**
 * A client of an MQTT broker (version 3.1.1), which connects again when the connection is lost. It then renews its
 * subscriptions, and sends unacknowledged messages again.
 */
export class MqttClient {
  readonly #options: MqttOptions;
  readonly #keepAlive: number;
  readonly #subscriptions = new Set<Subscription>();
  /** The unacknowledged packets, by their numbers, in the order of sending. */
  readonly #unacknowledged = new Map<number, { bytes: Buffer; done: AbstractFuture<void> }>();
  #lastNumber = 0;
  #writer: StreamWriter | null = null;

  constructor(options: MqttOptions) {
    this.#options = options;
    this.#keepAlive = options.keepAlive ?? 30;
  }

  /**
   * Connects, and connects again, until it is cancelled.
   * @throws {ConnectionRefusedError} when the broker refuses it
   */
  async run(): Promise<never> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const reader = await this.#connect();
        pause = FIRST_PAUSE;
        await this.#serve(reader);
      } catch (error) {
        if (!isLoss(error)) throw error;
      } finally {
        this.#disconnect();
      }
      // Random pauses, so that the clients of a restarted broker do not all connect at once.
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  /**
   * Publishes a message, at least once: resolves when the broker has acknowledged it, in this connection or in a later
   * one.
   */
  async publish(topic: string, payload: Uint8Array | string, options?: { retain?: boolean }): Promise<void> {
    const number = this.#nextNumber();
    const parts = [text(topic), word(number), Buffer.from(payload)];
    await this.#acknowledged(number, packet(Kind.publish, 2 | Number(options?.retain ?? false), ...parts));
  }

  /**
   * Subscribes to the topics that match a filter.
   * @returns a channel of messages. If its reader is slow, the broker has to wait; closing it ends the subscription
   */
  async subscribe(filter: string): Promise<ChannelReceiver<Message>> {
    const [sender, receiver] = openChannel<Message>({ maxBuffer: MOST_BUFFERED });
    const added: Subscription = { filter, sender, isAcknowledged: false };
    this.#subscriptions.add(added);
    const number = this.#nextNumber();
    await this.#acknowledged(number, subscription(number, filter));
    added.isAcknowledged = true;
    return receiver;
  }

  async #acknowledged(number: number, bytes: Buffer): Promise<void> {
    const done = getRunningLoop().createFuture() as AbstractFuture<void>;
    this.#unacknowledged.set(number, { bytes, done });
    try {
      this.#writer?.write(bytes);
      await this.#writer?.drain();
      await done;
    } catch (error) {
      if (!isLoss(error)) throw error;
      // It is sent again on the next connection.
      await done;
    } finally {
      this.#unacknowledged.delete(number);
    }
  }

  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber % HIGHEST_NUMBER) + 1;
    while (this.#unacknowledged.has(this.#lastNumber));
    return this.#lastNumber;
  }

  async #connect(): Promise<StreamReader> {
    const { host, port, clientId, username, password } = this.#options;
    const [reader, writer] = await timeout(this.#keepAlive).run(() => openConnection({ host, port }));
    const flags = (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40);
    const names = [clientId, username, password].flatMap((value) =>
      value === undefined ? [] : [text(value)],
    );
    const head = [text('MQTT'), Buffer.of(4, flags), word(Math.ceil(this.#keepAlive))];
    try {
      writer.write(packet(Kind.connect, 0, ...head, ...names));
      const { kind, body } = await timeout(this.#keepAlive).run(() => readPacket(reader));
      if (kind !== Kind.connack) throw new MalformedPacketError('the broker does not answer CONNECT');
      if (body[1] !== 0) throw new ConnectionRefusedError(`the broker refuses the connection: ${body[1]}`);
    } catch (error) {
      writer.close();
      throw error;
    }
    this.#writer = writer;
    return reader;
  }

  async #serve(reader: StreamReader): Promise<void> {
    const writer = this.#writer!;
    for (const { filter, isAcknowledged } of this.#subscriptions)
      if (isAcknowledged) writer.write(subscription(this.#nextNumber(), filter));
    for (const { bytes } of this.#unacknowledged.values()) {
      const isPublish = bytes[0]! >> 4 === Kind.publish;
      // It may be a duplicate.
      if (isPublish) bytes[0]! |= 8;
      writer.write(bytes);
    }
    this.#options.onConnection?.(true);
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        for (;;) {
          await sleep(this.#keepAlive);
          writer.write(packet(Kind.pingreq, 0));
        }
      });
      for (;;) {
        const next = await timeout(1.5 * this.#keepAlive).run(() => readPacket(reader));
        await this.#receive(next);
        await writer.drain();
      }
    });
  }

  async #receive(received: Packet): Promise<void> {
    switch (received.kind) {
      case Kind.publish: {
        const { message, number } = readPublish(received);
        for (const subscription of this.#subscriptions) {
          if (matches(subscription.filter, message.topic)) await this.#deliver(subscription, message);
        }
        if (number !== 0) this.#writer?.write(packet(Kind.puback, 0, word(number)));
        return;
      }
      case Kind.puback:
      case Kind.suback:
      case Kind.unsuback: {
        const waiting = this.#unacknowledged.get(received.body.readUInt16BE());
        if (waiting?.done.done() === false) waiting.done.setResult();
        return;
      }
      case Kind.pingresp:
        return;
      default:
        throw new MalformedPacketError(`a packet of kind ${received.kind}`);
    }
  }

  async #deliver(subscription: Subscription, message: Message): Promise<void> {
    const { sender, filter } = subscription;
    try {
      await sender.send(message);
    } catch (error) {
      if (!(error instanceof BrokenResourceError)) throw error;
      // The reader has closed its end.
      this.#subscriptions.delete(subscription);
      this.#writer?.write(packet(Kind.unsubscribe, 2, word(this.#nextNumber()), text(filter)));
    }
  }

  #disconnect(): void {
    if (this.#writer === null) return;
    if (!this.#writer.isClosing()) this.#writer.write(packet(Kind.disconnect, 0));
    this.#writer.close();
    this.#writer = null;
    this.#options.onConnection?.(false);
  }
}

function subscription(number: number, filter: string): Buffer {
  return packet(Kind.subscribe, 2, word(number), text(filter), Buffer.of(1));
}

function isLoss(error: unknown): boolean {
  // The task beside the reading ends with it: an AggregateError.
  if (error instanceof AggregateError) return error.errors.every(isLoss);
  return (
    error instanceof IncompleteReadError ||
    error instanceof TimeoutError ||
    error instanceof MalformedPacketError ||
    typeof (error as NodeJS.ErrnoException).code === 'string'
  );
}
