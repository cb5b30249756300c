/** Scheduling with drafts: every request verifies in every iteration, by replay of acceptance. */
import { lapsSd } from '../../agents/schedulers/laps-sd.js';
import { srpt } from '../../agents/schedulers/srpt.js';
import { act, createEngine, type Engine, type Setup, toTurn } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import type { Acceptance } from '../../env/workloads/acceptance/acceptance.js';
import { depthAcceptance } from '../../env/workloads/acceptance/depth.js';
import { replayedAcceptance } from '../../env/workloads/acceptance/replayed.js';
import type { Workload } from '../../env/workloads/workload.js';
import { oracle } from '../../predictors/oracle.js';
import type { Bench, Figure } from './figure.js';
import { cpuMicros, timingOf } from './measure.js';
import { exponentialLengths, requests, roofline, seats } from './worlds.js';

const COUNT = 2_000;
const MEAN = 728;
/** Turns that are measured: at their end requests still wait, so every seat is taken throughout. */
const TURNS = 4_000;
const WARM_TURNS = 300;
const REPEATS = 7;
const DRAFTS = 3;

const ENGINES = [
  ['vllm-v1', 'rank orders the queue', {}],
  ['vllm-v1+rank', 'everything by rank', { maxResident: 64 }],
] as const;

export const drafting: Bench = {
  name: 'scheduling with drafts',
  run() {
    const plain = requests(COUNT, exponentialLengths(MEAN, 1));
    const workload = { ...plain, acceptance: recorded(plain) };
    return ENGINES.flatMap(([engine, label, changes]) => {
      const base = {
        workload,
        rules: seats(engine, { ...changes, drafts: DRAFTS }),
        cost: roofline,
        predictor: oracle,
      };
      const laps = rate(`LAPS-SD with replayed drafts, ${label}`, base, lapsSd);
      return [{ ...laps, target: { least: 0.15 } }, rate(`SRPT with replayed drafts, ${label}`, base, srpt)];
    });
  },
};

/** Acceptance as a recording has it: what a verification at each output position commits, drawn once from an EAGLE head's drift. */
function recorded(workload: Workload): Acceptance {
  const drawn = depthAcceptance(workload, 1);
  const lists = Array.from(workload.outputTokens, (tokens, row) =>
    Uint8Array.from({ length: tokens }, (_, at) => 1 + drawn.accepted(row, at, 0, DRAFTS)),
  );
  return replayedAcceptance((row) => lists[row]);
}

function rate(name: string, base: Omit<Setup, 'scheduler'>, scheduler: () => Scheduler): Figure {
  const micros: number[] = [];
  let means = { running: 0, waiting: 0 };
  for (let round = -2; round < REPEATS; round++) {
    const engine = createEngine({ ...base, scheduler });
    turns(engine, WARM_TURNS);
    const { totals, live } = engine.replica;
    const { iterations, sequenceSteps } = totals;
    let waiting = 0;
    const time = cpuMicros(() => {
      for (let k = 0; k < TURNS && toTurn(engine); k++) {
        waiting += live.n - engine.replica.running.n;
        act(engine);
      }
    });
    const done = totals.iterations - iterations;
    means = { running: (totals.sequenceSteps - sequenceSteps) / done, waiting: waiting / TURNS };
    if (round >= 0) micros.push(time / done);
  }
  const { median, min } = timingOf(micros);
  return {
    name,
    value: 1 / median,
    best: 1 / min,
    unit: 'M iterations/s',
    detail: `${DRAFTS} drafts each; mean running ${means.running.toFixed(1)}, waiting ${means.waiting.toFixed(0)}`,
  };
}

function turns(engine: Engine, count: number): void {
  for (let k = 0; k < count && toTurn(engine); k++) act(engine);
}
