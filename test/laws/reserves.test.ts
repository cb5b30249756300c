/**
 * What is set aside, lent and expected, where memory is short: the auditor's laws hold, leaping changes nothing, and what
 * a situation is for really happens.
 */
import { describe, expect, it } from 'vitest';
import { pushId } from '../../env/serving/ids.js';
import { fcfs } from '../../env/serving/policy.js';
import type { Recorder } from '../../env/serving/recorder.js';
import type { Replica } from '../../env/serving/replica.js';
import { noisy } from '../../predictors/noisy.js';
import { createAuditor } from './auditor.js';
import { type Episode, forAll, randomEpisode, seededDraw, type Wishes } from './generators.js';
import { asked, indexPolicies } from './policies.js';
import { ran, resultsOf } from './results.js';

const predictor = () => noisy({ sigma: 0.7 });

/** Counts what happens. */
function counter(): Recorder & { readonly counts: Record<string, number> } {
  const counts: Record<string, number> = { loans: 0, takenBack: 0, leapsOnLoan: 0, evictions: 0, jumps: 0, closed: 0 };
  let lent = 0;
  return {
    counts,
    planned(s) {
      counts.loans += Math.max(0, s.lent.n - lent);
      counts.takenBack += Math.max(0, lent - s.lent.n);
      lent = s.lent.n;
      counts.evictions += s.evicted.n;
      if (s.ratioAge === 0 && s.evicted.n > s.evictedBefore) counts.jumps++;
      if (s.closed) counts.closed++;
    },
    repeated(s) {
      if (s.lent.n > 0) counts.leapsOnLoan++;
    },
    committed(s) {
      lent = s.lent.n;
    },
  };
}

interface Situation extends Wishes {
  /** What must happen in it, and how often at least. */
  readonly least: Readonly<Record<string, number>>;
}

const memory = { hostBlocks: 0, prefixCaching: false, blockSize: 2, blocks: 70, maxModelLen: 100, tokenBudget: 130 };
const free = { watermarkBlocks: 0, watermarkAlone: false, unfit: 'reject', lends: false } as const;
const lending = { ...memory, ...free, lends: true, lendBuffer: 0, admissionReserve: 'declared' } as const;
const calm = { exits: false, horizon: false, drafts: false, followers: false } as const;

const situations: Record<string, Situation> = {
  'loans of declared output': { ...calm, preset: 'vllm-v1', rules: lending, least: { loans: 5, takenBack: 3 } },
  'loans of predicted output, taken back early': {
    ...calm,
    preset: 'sarathi',
    rules: { ...lending, admissionReserve: 'predicted', reservePadding: 6, takeBackAhead: 3 },
    least: { loans: 6, leapsOnLoan: 3, evictions: 5 },
  },
  'loans where everything goes by rank': {
    ...calm,
    preset: 'vllm-v1+rank',
    rules: lending,
    least: { loans: 10, evictions: 10 },
  },
  'predictions that fail': {
    ...calm,
    preset: 'vllm-v1',
    rules: { ...memory, ...free, admissionReserve: 'predicted', reserveSpreads: 0, reservePadding: 0 },
    least: { evictions: 5 },
  },
  'a ratio that falls too far': {
    ...calm,
    preset: 'sglang',
    rules: {
      ...memory,
      ...free,
      batching: 'prefill-alone',
      admissionReserve: 'ratio',
      ratioLeast: 0,
      ratioSteps: 6,
      closesOnMisfit: true,
    },
    least: { jumps: 5, closed: 50 },
  },
  'a ratio in mixed batches': {
    ...calm,
    preset: 'sglang',
    rules: {
      ...memory,
      ...free,
      batching: 'mixed',
      phases: 'decodes-first',
      admissionReserve: 'ratio',
      ratioLeast: 0,
      ratioSteps: 6,
    },
    least: { evictions: 5 },
  },
  'a peak of wrong beliefs': {
    ...calm,
    preset: 'vllm-v1',
    rules: { ...memory, ...free, admissionReserve: 'peak' },
    least: { evictions: 5 },
  },
};

/** What a broken engine might do once something is set aside or the ratio moved. */
const spoilers: Record<string, [situation: string, spoil: (s: Replica) => void]> = {
  'a claim that is forgotten': [
    'loans of declared output',
    (s) => {
      const r = s.running.ids[0];
      s.reservedBlocks -= s.hidden.reserved[r];
      s.hidden.reserved[r] = 0;
    },
  ],
  'a loan of nobody': [
    'loans of declared output',
    (s) => {
      for (const list of [s.lenders, s.borrowers, s.lent]) pushId(list, 1);
    },
  ],
  'blocks that everybody takes': ['predictions that fail', (s) => (s.reservedBlocks -= 1)],
  'a ratio that falls too fast': ['a ratio that falls too far', (s) => s.ratioAge++],
  'a ratio that does not jump': ['a ratio that falls too far', (s) => (s.ratioFrom = 0.5)],
};

function broken(go: () => void): boolean {
  try {
    go();
    return false;
  } catch (error) {
    expect(`${error}`).toMatch(/law broken/);
    return true;
  }
}

const busy = (episode: Episode): Episode => ({ ...episode, predictor }) as Episode;

describe('memory that is spoken for', () => {
  for (const [name, { least, ...wishes }] of Object.entries(situations)) {
    it(`${name}: laws hold, and leaping changes nothing`, () => {
      const sums: Record<string, number> = {};
      forAll(25, (d) => {
        const episode = busy(randomEpisode(d, wishes));
        const policy = d.pick([fcfs, fcfs, indexPolicies.sjf, indexPolicies.lcfs]);
        const auditor = createAuditor();
        const counted = counter();
        const leaping = ran({ ...episode, scheduler: asked(policy, Infinity), recorders: [auditor, counted] });
        auditor.close(leaping);
        for (const wakeIn of [1, 3]) {
          const again = createAuditor();
          const stepwise = ran({ ...episode, scheduler: asked(policy, wakeIn), recorders: [again] });
          expect(resultsOf(stepwise)).toEqual(resultsOf(leaping));
        }
        for (const [what, count] of Object.entries(counted.counts)) sums[what] = (sums[what] ?? 0) + count;
      });
      for (const [what, count] of Object.entries(least)) expect(sums[what], what).toBeGreaterThanOrEqual(count);
    });
  }

  for (const [what, [situation, spoil]] of Object.entries(spoilers)) {
    it(`is really checked: ${what} is noticed`, () => {
      let noticed = false;
      for (let seed = 0; !noticed && seed < 40; seed++) {
        let acted = false;
        const culprit: Recorder = {
          planned(s) {
            if (acted || s.hidden.reserved[s.running.ids[0]] + s.ratioAge === 0) return;
            acted = true;
            spoil(s);
          },
        };
        const episode = busy(randomEpisode(seededDraw(seed), situations[situation]));
        noticed = broken(() => ran({ ...episode, recorders: [culprit, createAuditor()] }));
        expect(noticed && !acted).toBe(false);
      }
      expect(noticed).toBe(true);
    });
  }
});
