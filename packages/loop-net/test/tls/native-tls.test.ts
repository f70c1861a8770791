import { afterEach, describe, expect, test } from '@jest/globals';
import { nativeTls, setNativeTls } from '../../src/low-level.js';

const before = process.env.BIGHT_NATIVE_TLS;

afterEach(() => {
  setNativeTls(null);
  if (before === undefined) delete process.env.BIGHT_NATIVE_TLS;
  else process.env.BIGHT_NATIVE_TLS = before;
});

describe('OpenSSL without node:tls', () => {
  test.each([
    ['', true],
    ['off', false],
    ['on', true],
  ])('with BIGHT_NATIVE_TLS=%s: %p, unless the program says otherwise', (setting, expected) => {
    process.env.BIGHT_NATIVE_TLS = setting;
    expect(nativeTls()).toBe(expected);
    setNativeTls(!expected);
    expect(nativeTls()).toBe(!expected);
    setNativeTls(null);
    expect(nativeTls()).toBe(expected);
  });

  test('other settings are refused', () => {
    process.env.BIGHT_NATIVE_TLS = 'yes';
    expect(() => nativeTls()).toThrow("BIGHT_NATIVE_TLS must be 'on' or 'off'");
    expect(() => setNativeTls('on' as never)).toThrow('isAllowed must be true, false or null');
  });
});
