// mysql2 against MariaDB.
import assert from 'node:assert/strict';
import { HOST } from './serving.mjs';

export const mysql2 = {
  driver: 'mysql2',
  needs: ['mariadb'],
  title: 'queries and a large result',
  async play({ load, forms, ports }) {
    const { default: mysql } = await load('mysql2/promise.js');
    const client = await mysql.createConnection({
      host: HOST,
      port: ports.mariadb,
      user: 'root',
      stream: forms.mysql2,
    });
    const [rows] = await client.query('select ? + 1 as sum', [41]);
    assert.equal(Number(rows[0].sum), 42);
    const [large] = await client.query("select repeat('x', 4000000) as text");
    assert.equal(large[0].text.length, 4_000_000);
    await client.end();
  },
};
