import { ValueError } from '@bight/loop-abstract';
import { WaterMarks } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';

const marksOf = ({ lowBytes, highBytes }: WaterMarks) => [lowBytes, highBytes];

describe('water marks', () => {
  test.each([
    [undefined, [16_384, 65_536]],
    [null, [16_384, 65_536]],
    [{ high: 1000 }, [250, 1000]],
    [{ low: 100 }, [100, 400]],
    [{ high: 10, low: null }, [2, 10]],
    [{ high: 0 }, [0, 0]],
    [{ high: 7, low: 7 }, [7, 7]],
  ])('are computed from each other: %j', (limits, expected) => {
    expect(marksOf(WaterMarks.usual.with(limits))).toEqual(expected);
  });

  test('go back to the usual ones of their kind', () => {
    const marks = new WaterMarks(512 * 1024);
    expect(marksOf(marks.with({ high: 1 }).with())).toEqual(marksOf(marks));
  });

  test.each([
    [{ high: 1, low: 2 }, 'high (1) must be >= low (2) must be >= 0', ValueError],
    [{ low: -1 }, 'high (-4) must be >= low (-1) must be >= 0', ValueError],
    [{ high: '1' }, 'high must be a number of bytes, not "1"', TypeError],
    [{ hihg: 1 }, 'hihg', TypeError],
  ])('are refused where they are invalid: %j', (limits, message, errorClass) => {
    const set = () => WaterMarks.usual.with(limits as never);
    expect(set).toThrow(errorClass);
    expect(set).toThrow(message);
  });

  test('are exceeded above the high one, over TLS at it', () => {
    const plain = new WaterMarks(10);
    const tls = new WaterMarks(10, true);
    expect([9, 10, 11].map((bytes) => plain.isTooMuch(bytes))).toEqual([false, false, true]);
    expect([9, 10, 11].map((bytes) => tls.isTooMuch(bytes))).toEqual([false, true, true]);
  });
});
