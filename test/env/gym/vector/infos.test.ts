/** Infos of several environments as one record with masks, and back. */
import { describe, expect, it } from 'vitest';
import { dictInfoToList } from '../../../../env/gym/vector/dict-info-to-list.js';
import { mergeInfos, splitInfos } from '../../../../env/gym/vector/infos.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import { counter } from './counter.js';

describe('mergeInfos', () => {
  it('numbers, booleans, arrays, texts and records, each with its mask', () => {
    const merged = mergeInfos([
      { n: 3, yes: true, vec: Float32Array.of(1, 2), nest: { x: 1 } },
      { n: 0.5, s: 'text', vec: Float32Array.of(3, 4), nest: { deep: { y: 2 } } },
      null,
    ]);
    expect(merged).toEqual({
      n: Float64Array.of(3, 0.5, 0),
      _n: Uint8Array.of(1, 1, 0),
      yes: Uint8Array.of(1, 0, 0),
      _yes: Uint8Array.of(1, 0, 0),
      vec: Float32Array.of(1, 2, 3, 4, 0, 0),
      _vec: Uint8Array.of(1, 1, 0),
      nest: {
        x: Float64Array.of(1, 0, 0),
        _x: Uint8Array.of(1, 0, 0),
        deep: { y: Float64Array.of(0, 2, 0), _y: Uint8Array.of(0, 1, 0) },
        _deep: Uint8Array.of(0, 1, 0),
      },
      _nest: Uint8Array.of(1, 1, 0),
      s: [null, 'text', null],
      _s: Uint8Array.of(0, 1, 0),
    });
  });

  it.each([
    [[{ v: 1 }, { v: 'text' }], /"v" of environment 1 is no number/],
    [[{ v: Float32Array.of(1, 2) }, { v: Float32Array.of(1) }], /an array of 1 numbers, not 2/],
    [[{ v: Float32Array.of(1, 2) }, { v: 3 }], /no array of numbers/],
    [[{ v: { x: 1 } }, { v: 3 }], /no record/],
  ])('what does not fit together is refused: %j', (infos, message) => {
    expect(() => mergeInfos(infos)).toThrow(message);
  });

  it('is undone by splitInfos', () => {
    const infos = [
      { n: 3, vec: Float32Array.of(1, 2), nest: { x: 1 } },
      { n: 4, s: 'text', final_obs: Float32Array.of(9), list: [1, 2] },
      {},
    ];
    expect(splitInfos(mergeInfos(infos), 3)).toEqual(infos);
  });
});

it('dictInfoToList gives each environment its record', () => {
  const env = dictInfoToList(syncVector([() => counter(1), () => counter(9)]));
  expect(env.reset({ seed: 1 })[1]).toEqual([{ episode: 0 }, { episode: 0 }]);
  expect(env.step(Int32Array.of(4, 5))[4]).toEqual([{ action: 4 }, { action: 5 }]);
  expect(env.step(Int32Array.of(4, 5))[4]).toEqual([{ episode: 1 }, { action: 5 }]);
});
