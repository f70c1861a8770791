import { describe, expect, test } from '@jest/globals';
import { DescriptorSet } from '../../src/engine/descriptor-set.js';

describe('a set of descriptors', () => {
  test('has what was added and not deleted, in order', () => {
    const set = new DescriptorSet();
    for (const fd of [9, 3, 0, 8, 7, 3]) set.add(fd);
    set.delete(8);
    expect([...set]).toEqual([0, 3, 7, 9]);
    for (const fd of [0, 3, 7, 9]) set.delete(fd);
    expect([...set]).toEqual([]);
  });

  test('grows, by whatever number comes', () => {
    const set = new DescriptorSet();
    const descriptors = [511, 512, 10_000, 1_000_000];
    for (const fd of descriptors) set.add(fd);
    expect([...set]).toEqual(descriptors);
  });

  test('loses nothing by what it never had', () => {
    const set = new DescriptorSet();
    set.add(5);
    set.delete(4);
    set.delete(70_000);
    expect([...set]).toEqual([5]);
  });
});
