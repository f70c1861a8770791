// Clients of ../load.mjs, on the same kind of loop as the server.
import { gather, getRunningLoop } from 'bight';

const BYTES = 1024;

/** Fills a unique message: its number, the connection's number, and bytes that follow from both. */
function fill(message, connection, number) {
  message.writeUInt32BE(connection, 0);
  message.writeUInt32BE(number, 4);
  let state = (connection * 2654435761 + number * 40503) >>> 0;
  for (let offset = 8; offset < BYTES; offset += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    message.writeUInt32BE(state, offset);
  }
}

/** Sends messages one after the other and compares the echoes, byte for byte. */
class Client {
  #expected = Buffer.alloc(BYTES);
  #received = 0;
  #number = 0;

  constructor(connection, messages) {
    this.connection = connection;
    this.messages = messages;
    this.done = getRunningLoop().createFuture();
  }

  connectionMade(transport) {
    this.transport = transport;
  }

  start() {
    fill(this.#expected, this.connection, this.#number);
    this.transport.write(this.#expected);
  }

  dataReceived(data) {
    const end = this.#received + data.length;
    if (end > BYTES || this.#expected.compare(data, 0, data.length, this.#received, end) !== 0) {
      this.done.setException(
        new Error(`connection ${this.connection}: message ${this.#number} came back wrong`),
      );
      this.transport.abort();
      return;
    }
    this.#received = end;
    if (end < BYTES) return;
    this.#received = 0;
    if (++this.#number === this.messages) this.done.setResult(null);
    else this.start();
  }

  connectionLost(error) {
    if (!this.done.done())
      this.done.setException(error ?? new Error(`connection ${this.connection} was closed`));
  }
}

/** Opens connections, some at a time, from many source addresses, since one has no more than 28,000 ports. */
export async function connect(port, count, messages) {
  const loop = getRunningLoop();
  const clients = [];
  const one = async (number) => {
    const localAddr = { host: `127.0.1.${1 + (number % 200)}`, port: 0 };
    const [, client] = await loop.createConnection(() => new Client(number, messages), {
      host: '127.0.0.1',
      port,
      localAddr,
    });
    clients.push(client);
  };
  for (let first = 0; first < count; first += 100) {
    await gather([...Array(Math.min(100, count - first)).keys()].map((index) => () => one(first + index)));
  }
  return clients;
}

/** Lets all clients send their messages at the same time; waits for all echoes. */
export async function talk(clients) {
  for (const client of clients) client.start();
  await gather(clients.map(({ done }) => done));
}
