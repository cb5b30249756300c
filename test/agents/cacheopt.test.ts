/** CacheOPT: what it sets aside, and the room it keeps for those who outgrow it. */
import { expect, it } from 'vitest';
import { type CacheoptOptions, cacheopt } from '../../agents/schedulers/cacheopt.js';
import type { Predictor } from '../../env/serving/beliefs.js';
import { constantStep } from '../../env/serving/cost/affine.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { preset } from '../../env/serving/presets.js';
import { createWorkload } from '../../env/workloads/workload.js';

/** Believes 20 ± 5 tokens, 40 at 90 %. */
const twenty = (levels: readonly number[]): Predictor => {
  let write: (r: number) => void;
  return {
    name: 'twenty',
    information: 'predicted',
    levels,
    reset({ beliefs }) {
      write = (r) => {
        beliefs.length[r] = 20;
        beliefs.lengthSpread[r] = 5;
        for (const quantile of beliefs.quantiles) quantile[r] = 40;
      };
    },
    arrive: (r) => write(r),
  };
};

/** One request of 50 tokens: what was set aside for it, and the headroom after each number of tokens. */
function served(options: CacheoptOptions, levels: readonly number[] = [0.9]) {
  const headroom: number[] = [];
  let reserve = 0;
  const engine = createEngine({
    workload: createWorkload({ name: 'one', arrival: [0], promptTokens: [8], outputTokens: [50], declared: [500] }),
    rules: preset('vllm-v1', { blocks: 100 }),
    cost: constantStep(10),
    predictor: () => twenty(levels),
    scheduler: () => {
      const inner = cacheopt(options);
      return {
        ...inner,
        decide(view, out) {
          const before = out.headroom;
          inner.decide(view, out);
          reserve = out.reserve[0];
          headroom[view.requests.generated[0]] = out.headroom - before;
        },
      };
    },
  });
  run(engine);
  return { reserve, headroom };
}

it('sets aside the believed length and its padding', () => {
  expect(served({ alpha: 0, beta: 0 }).reserve).toBe(28);
  // Hoeffding at .95: 2 spreads × √(ln 20/2) = 12.24.
  expect(served({ beta: 0 }).reserve).toBe(8 + Math.ceil(20 + 10 * Math.sqrt(Math.log(20) / 2)));
});

it('or the highest quantile that is offered, if there is one', () => {
  expect(served({ padding: 'believed' }).reserve).toBe(48);
  expect(served({ padding: 'believed', alpha: 0 }, []).reserve).toBe(28);
});

it('keeps room from two iterations before that is used up', () => {
  const { headroom } = served({ padding: 'believed' });
  expect(headroom.slice(0, 38)).toEqual(Array.from({ length: 38 }, () => 0));
  expect(headroom.slice(38, 50)).toEqual(Array.from({ length: 12 }, () => 1));
  expect(served({ padding: 'believed', ahead: 5 }).headroom.indexOf(1)).toBe(35);
});
