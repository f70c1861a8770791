// A lossy network

import type { VirtualEventLoop } from '@bight/loop-testing';
import { getRunningLoop, openConnection, run, startServer } from 'bight';

await run(async () => {
  const loop = getRunningLoop() as VirtualEventLoop;
  const [server, client] = [loop.network.host('server'), loop.network.host('client')];
  loop.network.link(client, server, { latency: 0.05, loss: 0.3 });

  await using _ = await server.run(() =>
    startServer(
      async (reader, writer) => {
        const line = await reader.readline();
        writer.write(Buffer.from(`you said ${line}`));
        writer.close();
      },
      { host: '0.0.0.0', port: 7 },
    ),
  );
  await client.run(async () => {
    const [reader, writer] = await openConnection({ host: 'server', port: 7 });
    writer.write(Buffer.from('hello\n'));
    console.log(String(await reader.read()).trim(), `after ${loop.time()} s`);
    writer.close();
  });
});
