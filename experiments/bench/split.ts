/** Where the time of a turn goes, by V8's sampling profiler: the code that was on the CPU, by the file it stands in. */
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import { srpt } from '../../agents/schedulers/srpt.js';
import { createEngine, run } from '../../env/serving/engine.js';
import { oracle } from '../../predictors/oracle.js';
import type { Bench, Figure } from './figure.js';
import { exponentialLengths, oneInOneOut, roofline, seats } from './worlds.js';

/** What a file is for; everything else of `env/serving` is bookkeeping. */
const PARTS: readonly (readonly [part: string, files: RegExp])[] = [
  ['policy', /\/(agents|predictors)\//],
  ['cost', /\/serving\/cost\//],
  ['order and packing', /\/serving\/(order|batch|by-rank|admission|eviction|kv|prefix|borders|unblock|speculation)\./],
  ['bookkeeping', /\/env\//],
];
/** Functions that plan although their file also commits. */
const PLANNING =
  /^(packPlain|collectPlain|growOnce|atBorder|listRunning|repeats|affordable|blocksNeeded|reshape|listBatch)$/;

const EPISODES = 12;
const SAMPLE_MICROS = 200;

export const split: Bench = {
  name: 'split of a turn',
  async run() {
    const setup = { rules: seats(), cost: roofline, scheduler: srpt, predictor: oracle };
    const workload = oneInOneOut(setup, 1_000, 8_000, exponentialLengths(1_000, 1));
    const episode = (): void => {
      run(createEngine({ ...setup, workload }));
    };
    // A sample of inlined code falls to whom it was inlined into: here every function keeps its own. This is the last benchmark.
    setFlagsFromString('--no-turbo-inlining');
    for (let k = 0; k < 3; k++) episode();
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS });
    await session.post('Profiler.start');
    for (let k = 0; k < EPISODES; k++) episode();
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const shares = new Map<string, number>();
    let total = 0;
    for (const { callFrame, hitCount = 0 } of profile.nodes) {
      const part = PLANNING.test(callFrame.functionName)
        ? 'order and packing'
        : PARTS.find(([, files]) => files.test(callFrame.url))?.[0];
      if (part === undefined) continue; // compilation, garbage collection
      shares.set(part, (shares.get(part) ?? 0) + hitCount);
      total += hitCount;
    }
    return PARTS.map(
      ([part]): Figure => ({
        name: `share of ${part}`,
        value: (100 * (shares.get(part) ?? 0)) / total,
        unit: '%',
        detail: `srpt × oracle, asked every iteration, without inlining; ${total} samples`,
      }),
    );
  },
};
