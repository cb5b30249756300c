/**
 * Two requests fit while they are short. Both may grow beyond the memory; then the second one loses its blocks and is computed again,
 * which is dear, unless it went to the host before. Asked after 5.6 s, too: who is still here then is a long one.
 */
import { affineCost } from '../../../env/serving/cost/affine.js';
import { preset } from '../../../env/serving/presets.js';
import { REQUEST_FEATURES } from '../../../env/tasks/features.js';
import { outcomesOf, product } from './outcomes.js';
import type { TinyWorld } from './tiny.js';

const SLOTS = 2;
const HEADS = 2;
/** Of the younger one: as the engine does, or to the host now. */
const PLACES = [0, -0.5];
/** Beside others only with room for all of the answer that is believed, or as the engine does. */
const RESERVES = [0, 1];

export const tinyMemory: TinyWorld<Float32Array> = {
  id: 'Memory-v0',
  summary: 'two requests that may outgrow the memory: let the second one in, and copy it to the host in time?',
  outcomes: outcomesOf('memory', [
    { prompt: 4, outputs: [4, 8] },
    { prompt: 4, outputs: [2, 8] },
  ]),
  world: {
    rules: preset('vllm-v1+rank', {
      blockSize: 1,
      blocks: 14,
      hostBlocks: 16,
      onEviction: 'recompute',
      transferMicros: 100_000,
      outMicros: 10_000,
      backMicros: 10_000,
      maxModelLen: 14,
      maxBatch: 2,
      prefixCaching: false,
    }),
    cost: affineCost({ base: 800_000, perPrefillToken: 400_000 }),
  },
  values: { slots: SLOTS, longestS: 4.9 },
  base: 'fcfs',
  reward: '-jct',
  actions(observation) {
    const here = Array.from({ length: SLOTS }, (_, k) => observation[k * REQUEST_FEATURES + 15]);
    const younger = here.lastIndexOf(1);
    return product([PLACES, RESERVES]).map(([place, reserve]) => {
      const action = new Float32Array(SLOTS * HEADS + 2);
      action[younger * HEADS + 1] = place;
      action[SLOTS * HEADS] = reserve;
      return action;
    });
  },
  baselines: ['fcfs', 'srpt'],
};
