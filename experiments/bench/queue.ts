/** What a turn costs when many wait. */
import { srpt } from '../../agents/schedulers/srpt.js';
import { act, createEngine, type Engine, toTurn } from '../../env/serving/engine.js';
import { oracle } from '../../predictors/oracle.js';
import type { Bench } from './figure.js';
import { cpuMicros, timingOf } from './measure.js';
import { oneInOneOut, roofline, SEATS, seats } from './worlds.js';

const FEW = 100;
const MANY = 100_000;
/** Requests beyond those waiting at first. */
const MORE = 4_000;
const TURNS = 40_000;
const REPEATS = 7;

/** Much the same lengths, so that whether few or many wait, as many end in a turn. */
const lengths = (k: number): number => 1_000 + ((k * 7919) % 100);

export const longQueue: Bench = {
  name: 'long queues',
  run() {
    const setup = { rules: seats(), cost: roofline, scheduler: srpt, predictor: oracle };
    const worlds = [FEW, MANY].map((waiting) => oneInOneOut(setup, waiting, waiting + SEATS + MORE, lengths));
    const times: number[][] = [[], []];
    for (let round = -2; round < REPEATS; round++) {
      worlds.forEach((workload, k) => {
        const engine = createEngine({ ...setup, workload });
        turns(engine, 500); // everyone has been delivered
        const micros = cpuMicros(() => turns(engine, TURNS));
        if (round >= 0) times[k].push(micros / TURNS);
      });
    }
    const [few, many] = times.map(timingOf);
    return [
      {
        name: 'srpt turn with 100,000 waiting ÷ with 100',
        value: many.median / few.median,
        unit: '×',
        target: { most: 2 },
        detail: `${many.median.toFixed(2)} and ${few.median.toFixed(2)} µs a turn with its iteration, one arrival per finish`,
      },
    ];
  },
};

function turns(engine: Engine, count: number): void {
  for (let k = 0; k < count && toTurn(engine); k++) act(engine);
}
