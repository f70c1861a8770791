import {
  BrokenBarrierError,
  CancelledError,
  EOFError,
  IncompleteReadError,
  InvalidStateError,
  KeyboardInterrupt,
  LimitOverrunError,
  NotImplementedError,
  ProcessLookupError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  SendfileNotAvailableError,
  SignalInterrupt,
  TimeoutError,
} from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';

const PLAIN = [
  ['NotImplementedError', NotImplementedError, 'ERR_NOT_IMPLEMENTED', RuntimeError],
  ['InvalidStateError', InvalidStateError, 'ERR_INVALID_STATE', Error],
  ['CancelledError', CancelledError, 'ERR_CANCELLED', Error],
  ['TimeoutError', TimeoutError, 'ERR_TIMEOUT', Error],
  ['SendfileNotAvailableError', SendfileNotAvailableError, 'ERR_SENDFILE_NOT_AVAILABLE', RuntimeError],
  ['EOFError', EOFError, 'ERR_EOF', Error],
  ['KeyboardInterrupt', KeyboardInterrupt, 'SIGINT', SignalInterrupt],
  ['ProcessLookupError', ProcessLookupError, 'ESRCH', Error],
  ['BrokenBarrierError', BrokenBarrierError, 'ERR_BROKEN_BARRIER', RuntimeError],
  ['QueueEmpty', QueueEmpty, 'ERR_QUEUE_EMPTY', Error],
  ['QueueFull', QueueFull, 'ERR_QUEUE_FULL', Error],
  ['QueueShutDown', QueueShutDown, 'ERR_QUEUE_SHUT_DOWN', Error],
] as const;

describe.each(PLAIN)('%s', (name, ErrorClass, code, base) => {
  test('is an error of its kind, with its name, code, message and cause', () => {
    const cause = new Error('why');
    const error = new ErrorClass('what', { cause });
    expect(error).toBeInstanceOf(ErrorClass);
    expect(Object.getPrototypeOf(ErrorClass)).toBe(base);
    expect(error).toMatchObject({ name, code, message: 'what', cause });
  });

  test('may be made without a message', () => {
    expect(new ErrorClass().message).toBe('');
  });

  test('has its name in the first line of its stack', () => {
    expect(new ErrorClass('what').stack?.split('\n')[0]).toBe(`${name}: what`);
  });

  test('lists no property but the code, and the signal of an interrupt', () => {
    const signal = base === SignalInterrupt ? ['signal'] : [];
    expect(Object.keys(new ErrorClass('what'))).toEqual([...signal, 'code']);
  });
});

describe('IncompleteReadError', () => {
  test('is an EOFError with the partial bytes, whose message says what was missing', () => {
    const partial = Buffer.from('abc');
    const cause = new Error('why');
    const error = new IncompleteReadError(partial, 10, { cause });
    expect(error).toBeInstanceOf(EOFError);
    expect(error).toMatchObject({
      name: 'IncompleteReadError',
      code: 'ERR_INCOMPLETE_READ',
      expected: 10,
      cause,
    });
    expect(error.partial).toBe(partial);
    expect(error.message).toBe('the stream ended after 3 bytes, but 10 bytes had been asked for');
  });

  test('expects null where a separator was waited for', () => {
    for (const error of [
      new IncompleteReadError(Buffer.alloc(0), null),
      new IncompleteReadError(Buffer.alloc(0)),
    ]) {
      expect(error.expected).toBeNull();
      expect(error.message).toContain('the separator had been asked for');
    }
  });
});

describe('LimitOverrunError', () => {
  test('has how many bytes may be skipped', () => {
    const cause = new Error('why');
    const error = new LimitOverrunError('no newline within 8 bytes', 8, { cause });
    expect(error).toMatchObject({
      name: 'LimitOverrunError',
      code: 'ERR_LIMIT_OVERRUN',
      message: 'no newline within 8 bytes',
      consumed: 8,
      cause,
    });
  });
});
