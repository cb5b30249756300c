/** Steps into columns leave nothing behind: vectors under next-step, bare and with wrappers around. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createColumns } from '../../../../env/gym/columns.js';
import { syncVector } from '../../../../env/gym/vector/sync.js';
import type { VectorEnv } from '../../../../env/gym/vector/vector-env.js';
import { makeWrapper } from '../../../../env/gym/wrappers/catalogue.js';
import { lift } from '../../../../env/gym/wrappers/lift.js';
import { cartPole } from '../../../../experiments/bench/cart-pole.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ROWS = 64;
const STEPS = 2000;
const ROUNDS = 4;
/** Bytes a row and step: a number that V8 boxes where it does not inline a call takes 16, an array's view about 100. */
const MOST = 24;

const CASES: readonly (readonly [name: string | null, options: Record<string, unknown>])[] = [
  [null, {}],
  ['TimeLimit', { maxEpisodeSteps: 50 }],
  ['NormalizeObservation', {}],
  ['NormalizeReward', {}],
  ['FrameStackObservation', { stackSize: 4 }],
  ['StickyAction', { repeatActionProbability: 0.25 }],
];

it.each(CASES)('around CartPole: %s', (name, options) => {
  const bare = syncVector(Array.from({ length: ROWS }, () => cartPole)) as unknown as VectorEnv;
  const env = (name === null ? bare : lift(bare, makeWrapper({ name, options }))) as VectorEnv;
  const out = createColumns(env.singleObservationSpace, ROWS);
  const actions = [0, 1].map((push) => Int32Array.from({ length: ROWS }, (_, i) => (i + push) & 1));
  const run = (): void => {
    for (let k = 0; k < STEPS; k++) env.stepInto(actions[k & 1], out);
  };
  env.resetInto(out, { seed: 1 });
  run();
  run();
  // Compiling leaves something behind once, allocation in every round.
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && least >= MOST; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    run();
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / (STEPS * ROWS));
  }
  expect(least).toBeLessThan(MOST);
});
