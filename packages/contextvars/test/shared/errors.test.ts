import { KeyError, LookupError, RuntimeError, ValueError } from '@bight/contextvars';
import { expect, test } from '@jest/globals';

test.each([
  ['RuntimeError', RuntimeError, 'ERR_RUNTIME'],
  ['ValueError', ValueError, 'ERR_VALUE'],
  ['LookupError', LookupError, 'ERR_LOOKUP'],
  ['KeyError', KeyError, 'ERR_KEY'],
])('%s is an Error with its name and code', (name, ErrorClass, code) => {
  const cause = new Error('cause');
  const error = new ErrorClass('message', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name, code, message: 'message', cause });
  expect(ErrorClass.name).toBe(name);
  expect(String(error)).toBe(`${name}: message`);
  expect(error.stack).toContain(`${name}: message`);
});

test('a KeyError is a LookupError', () => {
  expect(new KeyError('k')).toBeInstanceOf(LookupError);
  expect(new LookupError('l')).not.toBeInstanceOf(KeyError);
});
