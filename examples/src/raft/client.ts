import { openConnection, timeout } from 'bight';
import type { Reply, Request } from './messages.js';

/**
 * Asks one node.
 *
 * @throws {TimeoutError} when no answer has come within a second: what became of the request is not known then
 */
export async function ask(host: string, port: number, request: Request): Promise<Reply> {
  return timeout(1).run(async () => {
    const [reader, writer] = await openConnection({ host, port });
    try {
      writer.write(Buffer.from(`${JSON.stringify(request)}\n`));
      const line = await reader.readline();
      if (line.length === 0) throw new Error('the node has closed the connection');
      return JSON.parse(String(line)) as Reply;
    } finally {
      writer.close();
    }
  });
}
