/** What a decision costs: every scheduler of the catalogue, at 64 running, with few and with many waiting. */
import { act, createEngine, type Engine, toTurn } from '../../env/serving/engine.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { oracle } from '../../predictors/oracle.js';
import { resolveScheduler, schedulers } from '../catalogue.js';
import type { Bench, Figure } from './figure.js';
import { timingOf } from './measure.js';
import { exponentialLengths, requests, roofline, SEATS, seats } from './worlds.js';

const FEW = 100;
const MANY = 10_000;
const MEAN = 1_000;
/** The first turn reads everyone; code is compiled in those behind it. */
const WARM = 600;
const TURNS = 1_500;
const REPEATS = 5;
/** The policy, asked every iteration, with its time in `spent` (µs), less what a look at the clock costs. */
function timed(make: () => Scheduler, spent: { micros: number }): () => Scheduler {
  return () => {
    const policy = make();
    return {
      ...policy,
      wakeIn: 1,
      decide(view, out) {
        const look = performance.now();
        const from = performance.now();
        policy.decide(view, out);
        spent.micros += (performance.now() - from - (from - look)) * 1000;
        out.wakeIn = 1;
      },
    };
  };
}

function turns(engine: Engine, count: number): void {
  for (let k = 0; k < count && toTurn(engine); k++) act(engine);
}

export const decisions: Bench = {
  name: 'decisions',
  run() {
    const worlds = [FEW, MANY].map((waiting) => requests(SEATS + waiting, exponentialLengths(MEAN, 1)));
    const figures: Figure[] = [];
    for (const name of Object.keys(schedulers)) {
      const { make } = resolveScheduler(name);
      const [few, many] = worlds.map((workload) => {
        const times: number[] = [];
        for (let round = 0; round < REPEATS; round++) {
          const spent = { micros: 0 };
          const scheduler = timed(make, spent);
          const engine = createEngine({ workload, rules: seats(), cost: roofline, scheduler, predictor: oracle });
          turns(engine, WARM);
          spent.micros = 0;
          turns(engine, TURNS);
          times.push(Math.max(0, spent.micros / TURNS));
        }
        return timingOf(times);
      });
      figures.push({
        name: `decision of ${name}, 10,000 waiting`,
        value: many.median,
        best: many.min,
        unit: 'µs',
        detail: `${few.median.toFixed(2)} µs with 100 waiting; wall time of decide, asked every iteration, ${SEATS} running`,
      });
    }
    return figures;
  },
};
