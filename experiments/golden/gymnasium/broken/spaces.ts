/** Faults in what an environment declares. */
import { box } from '../../../../env/gym/spaces/box.js';
import { dict } from '../../../../env/gym/spaces/dict.js';
import { discrete } from '../../../../env/gym/spaces/discrete.js';
import type { Space } from '../../../../env/gym/spaces/space.js';
import type { Faults } from './fault.js';
import { goodEnv, showing, vary } from './good.js';

const actions = (actionSpace: Space) => () => goodEnv({ actionSpace });
const pair = { shape: [2] };

export const spaceFaults: Faults = {
  'not-an-env': [
    'methods',
    () => {
      const { observationSpace, actionSpace, metadata, reset, step } = goodEnv();
      return { observationSpace, actionSpace, metadata, renderMode: null, reset, step };
    },
  ],
  'no-action-space': ['action-space', () => vary(goodEnv(), { actionSpace: undefined })],
  'no-observation-space': ['observation-space', () => vary(goodEnv(), { observationSpace: undefined })],
  'space-not-a-space': ['action-space', () => vary(goodEnv(), { actionSpace: 4 })],
  'infinite-observation': [
    'finite-bounds',
    () => goodEnv({ observationSpace: box(-Infinity, Infinity, { shape: [3] }) as Space }),
  ],
  'wide-action-box': ['action-range', actions(box(0, 100, pair))],
  'lopsided-action-box': ['action-range', actions(box(-1, 0.5, pair))],
  'infinite-action-box': ['finite-bounds', actions(box(-Infinity, Infinity, pair))],
  'empty-dict-space': ['dict-keys', () => showing(dict({}) as Space, () => ({}))],
  'degenerate-observation': [
    'room-inside',
    () => showing(box([-10, -10, 0], [10, 10, 0]) as Space, () => Float32Array.of(1, 2, 0)),
  ],
  'legacy-seed-method': ['legacy-seed', () => vary(goodEnv(), { seed: (seed: number) => [seed] })],
  'metadata-no-modes': ['metadata', () => vary(goodEnv(), { metadata: {} })],
  'render-no-fps': [
    'render-fps',
    ({ renderMode }) =>
      goodEnv({ metadata: { renderModes: ['ansi'] } as never, render: () => 'a frame' }, renderMode ?? null),
  ],
  'render-mode-undeclared': [
    'renders',
    ({ renderMode }) =>
      goodEnv({ metadata: { renderModes: ['ansi'], renderFps: 5 }, render: () => null }, renderMode ?? null),
  ],
  'close-twice': [
    'close-twice',
    () => {
      let open = true;
      const close = (): void => {
        if (!open) throw new Error('already closed');
        open = false;
      };
      return vary(goodEnv(), { close });
    },
  ],
  'dict-missing-key': [
    'step-observation',
    () => showing(ab, (moment) => (moment === 'reset' ? { a: 1, b: 2 } : { a: 1 })),
  ],
  'dict-extra-key': ['reset-observation', () => showing(ab, () => ({ a: 1, b: 2, c: 0 }))],
};

const ab = dict({ a: discrete(3), b: discrete(3) }) as Space;
