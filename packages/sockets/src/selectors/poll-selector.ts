import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { BaseSelector } from './base-selector.js';

/**
 * A selector on poll(2), which every platform has.
 *
 * @python selectors.PollSelector
 */
export class PollSelector<D = unknown> extends BaseSelector<D> {
  constructor() {
    super();
    native();
  }

  protected override watch(): void {
    // poll(2) gets the whole list at every call.
  }

  protected override poll(milliseconds: number): Iterable<[number, number]> {
    const triples = new Int32Array(3 * this.keys.size);
    let at = 0;
    for (const { fd, events } of this.keys.values()) {
      triples.set([fd, events], at);
      at += 3;
    }
    check(native().poll(triples, milliseconds), 'poll');
    const ready: [number, number][] = [];
    for (at = 0; at < triples.length; at += 3) {
      if (triples[at + 2] !== 0) ready.push([triples[at]!, triples[at + 2]!]);
    }
    return ready;
  }
}

/**
 * What Python builds on select(2). It uses poll(2), too, so that descriptors above 1023 work.
 *
 * @python selectors.SelectSelector
 */
export class SelectSelector<D = unknown> extends PollSelector<D> {}
