// The cost of virtual time: of an instant, and of a datagram in networks with different numbers of hosts. The fastest
// of many slices counts, since other programs may use the machine, too. Argument: the number of slices (150 by
// default).

import { simulate } from '@bight/loop-testing';
import { DatagramProtocol, getRunningLoop, sleep } from 'bight';

const SLICE = 1000;
const slices = Number(process.argv[2] ?? 150);
const now = performance.now.bind(performance);

function measure(name) {
  let [last, best, count] = [now(), Number.POSITIVE_INFINITY, 0];
  return {
    /** Counts one more; returns whether that is enough. */
    done() {
      if (++count % SLICE === 0) {
        const time = now();
        best = Math.min(best, ((time - last) * 1000) / SLICE);
        last = time;
      }
      return count >= slices * SLICE;
    },
    print: () => console.log(`${name}: ${best.toFixed(2)} µs`),
  };
}

async function instants() {
  const sleeping = measure('an instant, await sleep(1)');
  await simulate(async () => {
    do await sleep(1);
    while (!sleeping.done());
  });
  sleeping.print();
  const calling = measure('an instant, loop.callLater(1)');
  await simulate(async (loop) => {
    const over = loop.createFuture();
    const next = () => (calling.done() ? over.setResult(undefined) : loop.callLater(1, next));
    next();
    await over;
  });
  calling.print();
}

async function datagrams(count) {
  const passing = measure(`a datagram, ${count} hosts`);
  await simulate(
    async (loop) => {
      const over = loop.createFuture();
      const hosts = Array.from({ length: count }, (_, i) => loop.network.host(`h${i}`));
      const transports = [];
      let total = 0;
      for (const [index, host] of hosts.entries()) {
        class Forwarder extends DatagramProtocol {
          datagramReceived(data) {
            if (over.done()) return;
            if (passing.done()) over.setResult(undefined);
            const target = hosts[(index * 7 + ++total) % count];
            transports[index].sendto(data, { host: target.addresses[0], port: 5 });
          }
        }
        await host.run(async () => {
          const localAddr = { host: '0.0.0.0', port: 5 };
          [transports[index]] = await getRunningLoop().createDatagramEndpoint(() => new Forwarder(), {
            localAddr,
          });
        });
      }
      for (let i = 0; i < Math.min(count, 10); i++) {
        transports[i].sendto(Buffer.alloc(100), { host: hosts[(i + 1) % count].addresses[0], port: 5 });
      }
      await over;
      for (const transport of transports) transport.close();
    },
    { link: { latency: 0.02, jitter: 0.03 } },
  );
  passing.print();
}

console.log(`Node ${process.version}`);
await instants();
for (const hosts of [2, 10, 100, 1000, 4000]) await datagrams(hosts);
