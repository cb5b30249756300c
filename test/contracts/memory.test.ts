/** No scheduler keeps memory of its own: over many turns the heap, collected, grows by less than a byte a turn. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { affineCost } from '../../env/serving/cost/affine.js';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { preset } from '../../env/serving/presets.js';
import { constantAcceptance } from '../../env/workloads/acceptance/constant.js';
import { createWorkload } from '../../env/workloads/workload.js';
import { combinators, resolveScheduler, schedulers } from '../../experiments/catalogue.js';
import { oracle } from '../../predictors/oracle.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const TURNS = process.env.SERVEGYM_LONG ? 1_000_000 : 7_200;
/** Looks, after a warm-up. Compiled code and what V8 notes of it come once; who keeps something for each turn grows between any two. */
const LOOKS = 8;
/** Bytes that a look may find besides: less than a number kept in every turn takes. */
const SLACK = 8_000;
const SEATS = 8;

/** Twelve requests whose answers end when the turns do: eight run, four wait. */
function world() {
  const count = 12;
  const keys = Array.from({ length: count }, (_, k) => k);
  return createWorkload({
    name: 'long answers',
    arrival: new Float64Array(count),
    promptTokens: new Int32Array(count).fill(20),
    outputTokens: new Int32Array(count).fill(4 * TURNS),
    tenant: keys.map((k) => k % 3),
    acceptance: constantAcceptance(0.5, keys, 0),
  });
}

const specs = [...Object.keys(schedulers), ...Object.keys(combinators).map((name) => `${name}(srpt)`)];

test.each(specs)('%s', (spec) => {
  const engine = createEngine({
    workload: world(),
    rules: preset('vllm-v1+rank', {
      maxBatch: SEATS,
      blocks: 100_000_000,
      maxModelLen: 100_000_000,
      prefixCaching: false,
    }),
    cost: affineCost({ base: 1000, perDecodeToken: 5 }),
    scheduler: () => ({ ...resolveScheduler(spec).make(), wakeIn: 1 }),
    predictor: oracle,
    promises: [{ ttft: 30_000, tpot: 4_000 }],
  });
  const turns = (count: number): void => {
    for (let k = 0; k < count && toTurn(engine); k++) {
      act(engine);
      engine.replica.decision.wakeIn = 1;
    }
  };
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const each = TURNS / (LOOKS + 1);
  turns(each);
  let size = heap();
  let grown = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS && grown >= each + SLACK; look++) {
    turns(each);
    const now = heap();
    grown = Math.min(grown, now - size);
    size = now;
  }
  expect(engine.replica.totals.turns).toBeGreaterThanOrEqual(2 * each);
  expect(grown).toBeLessThan(each + SLACK);
});
