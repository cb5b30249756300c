/** Steps a second of the tasks: 64 requests here, 32 of them running, one core. */

import { createColumns } from '../../env/gym/columns.js';
import type { Env } from '../../env/gym/env.js';
import { stream } from '../../env/random.js';
import { createEngine, toTurn } from '../../env/serving/engine.js';
import { fcfs } from '../../env/serving/policy.js';
import { pickCodec } from '../../env/tasks/pick-codec.js';
import { rewardOf } from '../../env/tasks/rewards/reward.js';
import { createServingEnv } from '../../env/tasks/serving-env.js';
import { type SlotOptions, slotCodec } from '../../env/tasks/slot-codec.js';
import type { World } from '../../env/tasks/world.js';
import type { Bench, Figure } from './figure.js';
import { sideBySide, type Timing } from './measure.js';
import { exponentialLengths, oneInOneOut, roofline, seats } from './worlds.js';

/** Of Serve-v0 here. */
export const SLOTS = 32;
const RUNNING = 32;
const COUNT = 4_000;
const MEAN = 200;
const REPEATS = 7;
/** Steps of one run, of each kind. */
const STEPS = { iteration: 60_000, event: 60_000, pick: 60_000 } as const;
/** Different actions, told in turns. */
const ACTIONS = 64;

/** 64 are here all the time, half of them wait. */
export function worldOfBench(): World {
  const setup = {
    rules: seats('vllm-v1', { maxBatch: RUNNING, maxResident: RUNNING }),
    cost: roofline,
    scheduler: fcfs,
  };
  const workload = oneInOneOut(setup, 0, COUNT, exponentialLengths(MEAN, 1));
  return { rules: setup.rules, cost: roofline, source: { name: workload.name, sample: () => workload } };
}

const options = { reward: rewardOf('-jct'), metrics: false };

/** The K-slot form of Serve-v0 on top of fcfs. */
export const serveEnv = (world: World, every: NonNullable<SlotOptions['every']>) =>
  createServingEnv(
    world,
    slotCodec({
      base: fcfs,
      perRequest: ['rank', 'gamma'],
      forAll: ['reserve', 'headroom', 'budget', 'chunk'],
      slots: SLOTS,
      span: 3,
      every,
    }),
    options,
  );

/** Pick-v0 on top of fcfs. */
export const pickEnv = (world: World) =>
  createServingEnv(world, pickCodec({ base: fcfs, each: 8, longest: 1e6 }), options);

/** Small changes of everything, as a network in training says them. */
function actionsFor({ actionSpace }: Env<Float32Array, Float32Array, Float32Array>): Float32Array[] {
  const { next } = stream(1, 'bench actions');
  return Array.from({ length: ACTIONS }, () => actionSpace.sample().map(() => 0.1 * (next() - 0.5)));
}

type Act<A> = (k: number, mask: Uint8Array | null) => A;

const inTurns = (env: Env<Float32Array, Float32Array, Float32Array>): Act<Float32Array> => {
  const actions = actionsFor(env);
  return (k) => actions[k % ACTIONS];
};

/** Steps into a row of columns, episode after episode. */
function intoRow<A>(env: Env<Float32Array, A, Float32Array>, steps: number, act: Act<A>) {
  const out = createColumns(env.observationSpace, 1, env.actionMasks ? (env.actionSpace.flatSize ?? 0) : 0);
  return () => {
    env.resetInto?.(out, 0, { seed: 1 });
    for (let k = 0; k < steps; k++) {
      env.stepInto?.(act(k, out.mask), out, 0);
      if (out.terminated[0] === 1) env.resetInto?.(out, 0);
    }
  };
}

/** The same episodes without an environment: what no task can be faster than. @returns turns of an episode, and the run */
function engineAlone({ rules, cost, source }: World, wakeIn: number): readonly [turns: number, run: () => void] {
  const workload = source.sample(1);
  const play = (): number => {
    const engine = createEngine({ workload, rules, cost, scheduler: () => ({ ...fcfs(), wakeIn }) });
    let turns = 0;
    while (toTurn(engine)) turns++;
    return turns;
  };
  return [play(), play];
}

const asTuples = (env: Env<Float32Array, Float32Array, Float32Array>, actions: readonly Float32Array[]) => () => {
  env.reset({ seed: 1 });
  for (let k = 0; k < STEPS.iteration; k++) if (env.step(actions[k % ACTIONS])[2]) env.reset();
};

const speed = (name: string, steps: number, { median, min }: Timing, least: number | null, detail: string): Figure => ({
  name,
  value: (steps / median) * 1e3,
  best: (steps / min) * 1e3,
  unit: 'k steps/s',
  ...(least !== null && { target: { least } }),
  detail,
});

const shown = `${SLOTS} slots, 64 here, ${RUNNING} running`;

/** Each in a thread of its own, as in a script that trains on one task. */
export const taskSteps: readonly Bench[] = [
  {
    name: 'tasks: Serve-v0 every iteration',
    run() {
      const env = serveEnv(worldOfBench(), 'iteration');
      const [into] = sideBySide([intoRow(env, STEPS.iteration, inTurns(env))], REPEATS);
      return [speed('Serve-v0 every iteration, stepInto', STEPS.iteration, into, 500, shown)];
    },
  },
  {
    name: 'tasks: Serve-v0 by tuples',
    run() {
      const env = serveEnv(worldOfBench(), 'iteration');
      const [tuples] = sideBySide([asTuples(env, actionsFor(env))], REPEATS);
      return [speed('Serve-v0 every iteration, tuples', STEPS.iteration, tuples, 350, shown)];
    },
  },
  {
    name: 'tasks: Serve-v0 on events',
    run() {
      const env = serveEnv(worldOfBench(), 'event');
      const [events] = sideBySide([intoRow(env, STEPS.event, inTurns(env))], REPEATS);
      const detail = `${shown}; answers of ${MEAN} tokens in the mean`;
      return [speed('Serve-v0 on events, stepInto', STEPS.event, events, 250, detail)];
    },
  },
  {
    name: 'tasks: Pick-v0',
    run() {
      const firstFrom = (k: number, mask: Uint8Array | null): number => firstLegal(mask, k % 16);
      const [picks] = sideBySide([intoRow(pickEnv(worldOfBench()), STEPS.pick, firstFrom)], REPEATS);
      const detail = `up to 32 candidates of ${RUNNING} who wait`;
      return [{ ...speed('Pick-v0, stepInto', STEPS.pick, picks, 200, detail), unit: 'k picks/s' }];
    },
  },
  {
    name: 'tasks: the engine alone',
    run() {
      const world = worldOfBench();
      const [turns, everyTurn] = engineAlone(world, 1);
      const [eventTurns, everyEvent] = engineAlone(world, Infinity);
      const [bare, bareEvents] = sideBySide([everyTurn, everyEvent], REPEATS);
      return [
        speed('the engine alone, asked every iteration', turns, bare, null, 'fcfs, no observation, action or reward'),
        speed('the engine alone, asked on events', eventTurns, bareEvents, null, 'the same'),
      ];
    },
  },
];

/** The first legal action from `from` on. */
function firstLegal(mask: Uint8Array | null, from: number): number {
  if (mask === null) throw new Error('Pick-v0 has masks');
  for (let k = from; k < mask.length; k++) if (mask[k] === 1) return k;
  return mask.indexOf(1);
}
