// MQTT.js against Mosquitto.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { HOST } from './serving.mjs';

export const mqtt = [
  {
    title: 'publishes and subscribes',
    async play({ load, forms, ports }) {
      const { MqttClient } = (await load('mqtt')).default;
      const client = new MqttClient(forms.mqtt, { host: HOST, port: ports.mosquitto });
      await once(client, 'connect');
      await client.subscribeAsync('topic', { qos: 1 });
      const message = once(client, 'message');
      await client.publishAsync('topic', 'payload', { qos: 1 });
      const [topic, payload] = await message;
      assert.equal(`${topic} ${payload}`, 'topic payload');
      await client.endAsync();
    },
  },
  {
    title: 'connects again after its connection was reset, and has its subscriptions',
    async play({ load, forms, ports }) {
      const { MqttClient } = (await load('mqtt')).default;
      const options = { host: HOST, port: ports.mosquitto, reconnectPeriod: 10 };
      const client = new MqttClient(forms.mqtt, options).on('error', () => {});
      await once(client, 'connect');
      await client.subscribeAsync('again', { qos: 1 });
      const again = once(client, 'connect');
      client.stream.resetAndDestroy();
      await again;
      const message = once(client, 'message');
      await client.publishAsync('again', 'payload', { qos: 1 });
      assert.equal(String((await message)[1]), 'payload');
      await client.endAsync();
    },
  },
].map((check) => ({ driver: 'mqtt', needs: ['mosquitto'], ...check }));
