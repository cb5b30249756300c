/** Qualities of prediction, best first, and the schedulers that read what is predicted. */
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import type { Contestant } from '../paired.js';

export interface Quality {
  readonly label: string;
  /** A predictor's spec. */
  readonly spec: string;
}

export interface Sweep {
  readonly name: 'length' | 'acceptance';
  readonly title: string;
  readonly schedulers: readonly Quality[];
  readonly qualities: readonly Quality[];
  /** The scheduler under which errors are measured [all]. */
  readonly judged?: string;
}

const ORDERS = ['srpt', 'trail', 'laps-sd', 'volume'];

/** Length alone is predicted; what acceptance does is measured by whoever needs it. */
const LENGTH: Sweep = {
  name: 'length',
  title: 'Output length',
  schedulers: ORDERS.map((spec) => ({ label: spec, spec })),
  qualities: [
    { label: 'oracle', spec: 'oracle' },
    ...[0.1, 0.25, 0.5, 1].map((sigma) => ({ label: `noisy, σ ${sigma}`, spec: `noisy:sigma=${sigma}` })),
    { label: 'looks (TRAIL)', spec: 'trail:reading=trained' },
    { label: 'learned', spec: 'learned' },
    { label: 'learned, refined while decoding', spec: 'learned:refresh=hazard' },
    { label: 'learned, not online', spec: 'learned:online=no' },
    { label: 'eCDF while decoding', spec: 'ecdf' },
    { label: 'running mean', spec: 'running-mean' },
    { label: 'none (max_tokens)', spec: 'declared' },
  ],
};

/** Lengths are known; LAPS-SD orders by the believed acceptance, the others choose drafts by it. */
const ACCEPTANCE: Sweep = {
  name: 'acceptance',
  title: 'Acceptance of drafts (lengths known)',
  judged: 'laps-sd', // the share that is accepted depends on the draft length, which the others change
  schedulers: ORDERS.map((spec) => ({
    label: spec,
    spec:
      spec === 'laps-sd'
        ? 'laps-sd:stable=believed,acceptance=believed'
        : `threshold-gamma(${spec}):acceptance=believed`,
  })),
  qualities: [
    { label: 'oracle', spec: 'oracle+oracle' },
    { label: 'network', spec: 'oracle+gru' },
    { label: 'shrinkage', spec: 'oracle+shrinkage' },
    { label: 'posterior', spec: 'oracle+posterior' },
    { label: 'EWMA', spec: 'oracle+ewma' },
    { label: 'constant', spec: 'oracle+posterior:weight=1e9' },
  ],
};

export const sweeps: readonly Sweep[] = [LENGTH, ACCEPTANCE];

/** A scheduler at a quality, as results name the pair. */
export const contestantOf = (scheduler: Quality, quality: Quality): Contestant => ({
  scheduler: resolveScheduler(scheduler.spec).name,
  belief: resolvePredictor(quality.spec).name,
});

export const contestantsOf = ({ schedulers, qualities }: Sweep): Contestant[] =>
  schedulers.flatMap((scheduler) => qualities.map((quality) => contestantOf(scheduler, quality)));
