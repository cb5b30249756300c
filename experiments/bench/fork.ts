/** Snapshot, restore, and memory. */
import { bytesPerRequest } from '../../env/serving/columns.js';
import { act, createEngine, toTurn } from '../../env/serving/engine.js';
import { fcfs } from '../../env/serving/policy.js';
import { restore } from '../../env/serving/restore.js';
import { snapshot } from '../../env/serving/snapshot.js';
import type { Bench } from './figure.js';
import { cpuMicros, timingOf } from './measure.js';
import { exponentialLengths, oneInOneOut, roofline, SEATS, seats } from './worlds.js';

const LIVE = 200;
const COUNT = 20_000;
const TIMES = 5_000;
const REPEATS = 9;

export const forking: Bench = {
  name: 'fork and restore',
  run() {
    const setup = { rules: seats(), cost: roofline, scheduler: fcfs };
    const workload = oneInOneOut(setup, LIVE - SEATS, COUNT, exponentialLengths(1_000, 1));
    const engine = createEngine({ ...setup, workload });
    while (toTurn(engine) && engine.delivered < COUNT / 2) act(engine);
    const saved = snapshot(engine);
    const micros: number[] = [];
    for (let round = -3; round < REPEATS; round++) {
      const time = cpuMicros(() => {
        for (let k = 0; k < TIMES; k++) {
          snapshot(engine, saved);
          restore(engine, saved);
        }
      });
      if (round >= 0) micros.push(time / TIMES);
    }
    const { n } = engine.replica.live;
    return [
      {
        name: 'snapshot + restore',
        value: timingOf(micros).median,
        best: timingOf(micros).min,
        unit: 'µs',
        target: { most: 20 },
        detail: `${n} live of ${COUNT.toLocaleString('en-US')}, prefix cache off`,
      },
      {
        name: 'memory of a request',
        value: bytesPerRequest(engine.replica.ledger),
        unit: 'B',
        target: { most: 200 },
        detail: 'all engine columns with fcfs, no prefix ids',
      },
    ];
  },
};
