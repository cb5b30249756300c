/** An identity codec: a policy finishes every request at the same microsecond, run directly or through an environment. */
import { describe, expect, it } from 'vitest';
import { act, createEngine, type Engine, run, toTurn } from '../../../env/serving/engine.js';
import { fcfs, type Scheduler } from '../../../env/serving/policy.js';
import type { PresetName } from '../../../env/serving/presets.js';
import type { Recorder } from '../../../env/serving/recorder.js';
import { type Agent, asPolicy, type Codec } from '../../../env/tasks/codec.js';
import { pickCodec } from '../../../env/tasks/pick-codec.js';
import { rewardOf } from '../../../env/tasks/rewards/reward.js';
import { createServingEnv, type ServingEnv } from '../../../env/tasks/serving-env.js';
import { slotCodec } from '../../../env/tasks/slot-codec.js';
import { combinators, resolveScheduler, schedulers } from '../../../experiments/catalogue.js';
import { oracle } from '../../../predictors/oracle.js';
import { leftAt, startSmall } from '../../contracts/small-world.js';

const engines: readonly PresetName[] = ['serial', 'vllm-v1', 'vllm-v1+rank', 'vllm-v1-async', 'sglang'];
const wrapped = Object.keys(combinators).map((name) => `${name}(srpt)`);
const specs = [...Object.keys(schedulers), ...wrapped, 'expr: remaining * known', 'hysteresis(limited(las)):gap=3'];
const seeds = process.env.SERVEGYM_LONG ? [4, 5, 6, 7, 8, 9] : [4];

const questions = ['event', 'iteration'] as const;
/** When the agent is asked: of a scheduler on an engine one of the two, on the next engine the other. */
const questionsOf = (spec: string, engine: PresetName): readonly (typeof questions)[number][] =>
  process.env.SERVEGYM_LONG ? questions : [questions[(specs.indexOf(spec) + engines.indexOf(engine)) % 2]];

const perRequest = ['rank', 'gamma', 'hold', 'keep'] as const;
const forAll = ['reserve', 'headroom', 'budget', 'chunk', 'gamma'] as const;
const SLOTS = 32;

interface Watched<O, A, B> {
  readonly env: ServingEnv<O, A, B>;
  /** When each request left, by key, and the seed of the engine's luck. */
  readonly left: Map<number, number>;
  luck: number | string;
}

/** The world of a small episode behind a codec. */
function watched<O, A, B>({ setup }: Engine, codec: () => Codec<O, A, B>): Watched<O, A, B> {
  const note: Recorder = {
    left(s, r, time) {
      at.left.set(s.requests.key[r], time);
      at.luck = s.seed;
    },
  };
  const { rules, cost, predictor = oracle, promises = [], workload } = setup;
  const world = { rules, cost, predictor, promises, source: { name: 'small', sample: () => workload } };
  const options = { reward: rewardOf('-jct'), metrics: false, recorders: [() => note] };
  const at: Watched<O, A, B> = { env: createServingEnv(world, codec, options), left: new Map(), luck: 0 };
  return at;
}

const direct = ({ setup }: Engine, scheduler: () => Scheduler, seed: number | string): Map<number, number> => {
  const engine = createEngine({ ...setup, scheduler, seed });
  run(engine);
  return leftAt(engine);
};

function drive<O, A, B>({ env }: Watched<O, A, B>, choose: (seen: O) => A): number {
  let [seen] = env.reset({ seed: 1 });
  for (let steps = 1; ; steps++) {
    const [next, , terminated] = env.step(choose(seen));
    seen = next;
    if (terminated) return steps;
  }
}

describe.each([...engines])('on %s, adding nothing to a scheduler is the scheduler', (engine) => {
  it.each(specs)('%s', (spec) => {
    const { make } = resolveScheduler(spec);
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      let expected: Map<number, number> | undefined;
      for (const every of questionsOf(spec, engine)) {
        const codec = slotCodec({ base: make, perRequest, forAll, slots: SLOTS, span: 3, every, longest: 5_000 });
        const through = watched(small, codec);
        const nothing = new Float32Array(SLOTS * perRequest.length + forAll.length);
        drive(through, () => nothing);
        expected ??= direct(small, make, through.luck); // the luck of an environment's seed is the same both times
        expect(through.left).toEqual(expected);
      }
    }
  });
});

/** The same policy, asked every iteration whatever it wishes. */
const alwaysAsked = (make: () => Scheduler) => (): Scheduler => {
  const policy = make();
  return {
    ...policy,
    wakeIn: 1,
    decide(view, out) {
      policy.decide(view, out);
      out.wakeIn = 1;
    },
  };
};

/** Everyone alike: what an agent says of ranks is the order, and who is told the same stays equal. */
const alike = (): Scheduler => ({
  name: 'alike',
  decide({ changed: { ids, n } }, { rank }) {
    for (let k = 0; k < n; k++) rank[ids[k]] = 1;
  },
});

/** The order in which a scheduler has put those who are here, oldest first as in the slots; equal ranks stay equal. */
function asResiduals({ replica: { live, decision } }: Engine): Float32Array {
  const ranks = Array.from(live.ids.slice(0, live.n).sort(), (r) => decision.rank[r]);
  const levels = [...new Set(ranks)].sort((a, b) => (a < b ? -1 : 1));
  const action = new Float32Array(SLOTS);
  ranks.forEach((rank, slot) => {
    action[slot] = levels.indexOf(rank) / levels.length;
  });
  return action;
}

describe.each(['serial', 'vllm-v1', 'vllm-v1+rank'] as const)('on %s, an order written through K slots', (engine) => {
  it.each(['srpt', 'sjf', 'las', 'hrrn', 'random', 'laps-sd', 'volume', 'trail'])('of %s is that order', (spec) => {
    const make = alwaysAsked(resolveScheduler(spec).make);
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      const codec = slotCodec({
        base: alike,
        perRequest: ['rank'],
        forAll: [],
        slots: SLOTS,
        span: 3,
        every: 'iteration',
      });
      const first = watched(small, codec);
      drive(first, () => new Float32Array(SLOTS)); // tells the luck of this seed
      const beside = createEngine({ ...small.setup, scheduler: make, seed: first.luck });
      const through = watched(small, codec);
      drive(through, () => {
        if (!toTurn(beside)) throw new Error('the scheduler itself has finished');
        act(beside);
        return asResiduals(beside);
      });
      run(beside);
      expect(through.left).toEqual(leftAt(beside));
    }
  });
});

/** Numbers that look random, from what is seen. */
const mixed = (seen: Float32Array, k: number): number => {
  let sum = k;
  for (let j = k % 7; j < seen.length; j += 7) sum += seen[j] * (1 + ((j * 31 + k) % 13));
  return Math.sin(sum);
};

describe.each(['vllm-v1', 'vllm-v1+rank', 'vllm-v1-async'] as const)('on %s, an agent behind asPolicy', (engine) => {
  it('is the agent in the environment: residuals', () => {
    const base = resolveScheduler('srpt').make;
    const heads = engine === 'vllm-v1+rank' ? perRequest : (['rank', 'gamma', 'keep'] as const);
    const codec = slotCodec({ base, perRequest: heads, forAll, slots: SLOTS, span: 2, longest: 3_000 });
    const agent: Agent<Float32Array, Float32Array> = {
      name: 'mixed',
      act: (seen) => Float32Array.from({ length: SLOTS * heads.length + forAll.length }, (_, k) => mixed(seen, k)),
    };
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      const through = watched(small, codec);
      const steps = drive(through, (seen) => agent.act(seen, null));
      expect(steps).toBeGreaterThan(20);
      expect(through.left).toEqual(
        direct(
          small,
          asPolicy(() => agent, codec),
          through.luck,
        ),
      );
    }
  });

  it('is the agent in the environment: picks under a mask', () => {
    const codec = pickCodec({ base: fcfs, each: 2, longest: 3_000 });
    const agent: Agent<number, Float32Array> = {
      name: 'mixed picks',
      act(seen, mask) {
        const legal = Array.from(mask ?? [], (bit, k) => (bit ? k : -1)).filter((k) => k >= 0);
        return legal[Math.floor((0.5 + 0.499 * mixed(seen, 1)) * legal.length)];
      },
    };
    for (const seed of seeds) {
      const small = startSmall({ engine, seed });
      const through = watched(small, codec);
      drive(through, (seen) => agent.act(seen, through.env.actionMasks?.() ?? null));
      expect(through.left).toEqual(
        direct(
          small,
          asPolicy(() => agent, codec),
          through.luck,
        ),
      );
    }
  });
});
