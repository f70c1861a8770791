// A server with enough of Redis's protocol for a client, which keeps its data in memory.

/**
 * Serves on the current host.
 *
 * @param bight - the package
 * @param data - the values, by key
 */
export function serveRedis({ startServer }, data = new Map()) {
  return startServer(
    async (reader, writer) => {
      try {
        for (;;) {
          const command = await readCommand(reader);
          if (command === null) break;
          writer.write(Buffer.from(answerTo(command, data)));
          await writer.drain();
        }
      } catch (error) {
        if (error.code !== 'ECONNRESET') throw error;
      } finally {
        writer.close();
      }
    },
    { host: '0.0.0.0', port: 6379 },
  );
}

/** The words of a command; `null` at the end. */
async function readCommand(reader) {
  const head = await reader.readline();
  if (head.length === 0) return null;
  const words = [];
  for (let count = Number(head.subarray(1)); count > 0; count--) {
    const length = Number((await reader.readline()).subarray(1));
    words.push(String(await reader.readexactly(length + 2)).slice(0, -2));
  }
  return words;
}

function answerTo([name, key, value], data) {
  switch (name.toLowerCase()) {
    case 'info':
      return bulk('redis_version:7.0.0\r\nloading:0\r\n');
    case 'ping':
      return '+PONG\r\n';
    case 'set':
      data.set(key, value);
      return '+OK\r\n';
    case 'get':
      return data.has(key) ? bulk(data.get(key)) : '$-1\r\n';
    case 'incr': {
      const next = Number(data.get(key) ?? 0) + 1;
      data.set(key, String(next));
      return `:${next}\r\n`;
    }
    case 'client':
    case 'select':
      return '+OK\r\n';
    case 'quit':
      return '+OK\r\n';
    default:
      return `-ERR unknown command '${name}'\r\n`;
  }
}

const bulk = (text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
