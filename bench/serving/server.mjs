// A worker of the suite: an echo that computes for MICROSECONDS before it answers.
import { getRunningLoop } from 'bight';

const workMs = Number(process.env.MICROSECONDS) / 1000;

class Echo {
  connectionMade(transport) {
    this.transport = transport;
  }
  dataReceived(data) {
    for (const beganMs = performance.now(); performance.now() - beganMs < workMs; );
    this.transport.write(data);
  }
}

export default async () => {
  const server = await getRunningLoop().createServer(() => new Echo(), { host: '127.0.0.1', port: 0 });
  process.stdout.write(`${process.pid} ${server.sockets[0].getsockname().port}\n`);
  return server;
};
