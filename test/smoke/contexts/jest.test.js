// A user's tests under Jest: what a test and its hooks set ends with the test.
const { ContextVar } = require('bight');

const name = new ContextVar('name', { default: 'none' });
const seen = [];

beforeAll(() => {
  name.set('for all');
});

beforeEach(() => {
  seen.push(name.get());
  name.set('hook');
});

afterEach(async () => {
  await null;
  seen.push(name.get());
});

test('sees what its hook has set', async () => {
  expect(name.get()).toBe('hook');
  name.set('first');
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(name.get()).toBe('first');
});

test('sees nothing of the test before', () => {
  expect(name.get()).toBe('hook');
  name.set('second');
});

test('may take a callback', (done) => {
  name.set('third');
  setImmediate(() => {
    expect(name.get()).toBe('third');
    done();
  });
});

test('may be a generator', function* () {
  name.set('fourth');
  yield new Promise((resolve) => setImmediate(resolve));
  expect(name.get()).toBe('fourth');
  expect(yield Promise.resolve('sent')).toBe('sent');
  let thrown = null;
  try {
    yield Promise.reject(new Error('thrown'));
  } catch (error) {
    thrown = error;
  }
  expect(thrown.message).toBe('thrown');
  expect(name.get()).toBe('fourth');
});

test.each([1, 2])('may be one of several (%s)', (count) => {
  expect(name.get()).toBe('hook');
  name.set(`row ${count}`);
});

let tries = 0;
describe('a test that is tried again', () => {
  jest.retryTimes(1);
  test('begins anew', () => {
    expect(name.get()).toBe('hook');
    name.set('retried');
    expect(++tries).toBe(2);
  });
});

describe('at the same time', () => {
  test.concurrent.each([1, 2])('%s', async (count) => {
    name.set(`concurrent ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(name.get()).toBe(`concurrent ${count}`);
  });
});

afterAll(() => {
  expect(seen.filter((_, index) => index % 2 === 0)).toEqual(Array(8).fill(seen[0]));
  const ends = ['first', 'second', 'third', 'fourth', 'row 1', 'row 2', 'retried', 'retried'];
  expect(seen.filter((_, index) => index % 2 === 1).sort()).toEqual(ends.sort());
});
