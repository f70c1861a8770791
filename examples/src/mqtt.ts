/**
 * A client of an MQTT broker: prints the messages of the topics that match filters, or publishes lines of its standard
 * input.
 *
 *     mqtt subscribe FILTER … [--host 127.0.0.1] [--port 1883] [--id NAME] [--user NAME --password WORD]
 *     mqtt publish TOPIC [--retain] …
 *
 * When the connection is lost, it connects again. SIGINT (Ctrl-C) or SIGTERM ends it.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openSignalReceiver, readFrom, run, TaskGroup } from 'bight';
import { MqttClient } from './mqtt/mqtt-client.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '1883' },
    id: { type: 'string', default: `bight-${randomUUID().slice(0, 8)}` },
    user: { type: 'string' },
    password: { type: 'string' },
    'keep-alive': { type: 'string', default: '30' },
    retain: { type: 'boolean', default: false },
  },
});
const [command, ...topics] = positionals;
if ((command !== 'subscribe' && command !== 'publish') || topics.length === 0) {
  console.error('usage: mqtt subscribe FILTER … | publish TOPIC');
  process.exit(2);
}

await run(() =>
  TaskGroup.run(async (group) => {
    const client = new MqttClient({
      host: values.host,
      port: Number(values.port),
      clientId: values.id,
      username: values.user,
      password: values.password,
      keepAlive: Number(values['keep-alive']),
      onConnection: (isConnected) => console.error(isConnected ? 'connected' : 'connection lost'),
    });
    group.createTask(() => client.run());
    group.createTask(async () => {
      using signals = openSignalReceiver('SIGINT', 'SIGTERM');
      for await (const _ of signals) group.cancel();
    });
    if (command === 'subscribe') {
      for (const filter of topics) {
        const messages = await client.subscribe(filter);
        group.createTask(async () => {
          for await (const { topic, payload } of messages) console.log(`${topic} ${payload}`);
        });
      }
    } else {
      for await (const line of readFrom(process.stdin)) {
        await client.publish(topics[0]!, line.toString().trimEnd(), { retain: values.retain });
        console.log('acknowledged');
      }
      group.cancel();
    }
  }),
);
