/** Who is measured between first come, first served and the proven bound: a ladder of knowledge, and one change a row from its best rung. */
import type { NamedSetting } from '../../env/settings/setting.js';
import { type Contender, nameOf, published } from '../tune/contender.js';
import { GAMMA_RULES } from '../tune/knobs.js';
import { byTime, putTogether, reordered, stripped, takeApart } from '../tune/layers.js';
import { shippedFor, type Tuned } from '../tune/tuned.js';
import { type Decision, decisions, without } from './ablation.js';

/** One row. */
export interface Arm {
  readonly label: string;
  readonly part: 'ladder' | 'decision';
  readonly contender: Contender;
  /** Planning is slow, so it meets fewer seeds. */
  readonly slow: boolean;
  /** Of a decision: whether tuning changed it at all. */
  readonly changed: boolean;
}

/** What is believed without knowing: lengths with a log-normal error (σ .5), acceptance as counted. */
const BELIEF = { length: 'noisy', acceptance: 'posterior' };

const believing = (length: string, acceptance: string): string => `${length}+${acceptance}`;

/** One of those among whom the best tuned policy is chosen. */
export interface Finalist {
  readonly contender: Contender;
  /** Who was tuned, and on how many episodes; null: published defaults. */
  readonly tuned: Pick<Tuned, 'base' | 'provenance'> | null;
}

/** The policies of which the best tuned one is chosen on validation seeds: what ships for the setting with every knob tuned, else plain rules. */
export function finalists(setting: NamedSetting): readonly Finalist[] {
  const belief = believing(BELIEF.length, BELIEF.acceptance);
  const shipped = shippedFor(setting.name).filter(
    ({ rung, engine }) => rung === 3 && engine === setting.deployment.engine,
  );
  if (shipped.length > 0) return shipped.map((tuned) => ({ contender: tuned.contender, tuned }));
  return ['srpt', 'volume'].map((scheduler) => ({ contender: published(scheduler, belief, setting), tuned: null }));
}

/**
 * The best tuned policy and its forms that use acceptance: the order by time, γ by the believed goodput, by a threshold. With true
 * acceptance, and with true lengths as well where those are known; of each list the best is chosen on validation seeds.
 */
export function knowingAcceptance(best: Contender): Readonly<Record<'alone' | 'both', readonly Contender[]>> {
  const { layers, order } = takeApart(best.scheduler);
  const timed = byTime(order);
  const rules = ['goodput-gamma', 'threshold-gamma'].map((name) => {
    const own = layers.find((layer) => layer.name === name)?.settings ?? [];
    const settings = new Map([...own, ['acceptance', 'believed']]);
    return putTogether([{ name, settings }], stripped(best.scheduler, GAMMA_RULES));
  });
  const forms = [best.scheduler, ...(timed === undefined ? [] : [putTogether(layers, timed)]), ...rules];
  const knowing = (length: string): Contender[] =>
    forms.map((scheduler) => ({ ...best, scheduler, belief: believing(length, 'oracle') }));
  return { alone: knowing(BELIEF.length), both: knowing('oracle') };
}

/** Orders that a plan changes between, beside the tuned one. */
const CANDIDATES = ['srpt', 'volume', 'fcfs'];

export interface ArmOptions {
  /** Least time between two plans, ms. */
  readonly planEveryMs: number;
  /** Futures that a plan draws. */
  readonly planSamples: number;
}

/** Who knows acceptance, alone and with the lengths. */
export type Knowing = Readonly<Record<'alone' | 'both', Contender>>;

/** All rows of a setting but those of the reference and the bound. @param best the best tuned policy */
export function armsOf(
  setting: NamedSetting,
  best: Contender,
  knowing: Knowing | null,
  { planEveryMs, planSamples }: ArmOptions,
): Arm[] {
  const fcfs = published('fcfs', best.belief, setting);
  const ladder = (label: string, contender: Contender, slow = false): Arm => ({
    label,
    part: 'ladder',
    contender,
    slow,
    changed: true,
  });
  const candidates = [best.scheduler, ...CANDIDATES.map((order) => reordered(best.scheduler, order))];
  const objective = setting.slo.length === 0 ? 'jct' : 'slo';
  const parameters = `everyS=${planEveryMs / 1000},samples=${planSamples},objective=${objective}`;
  const plan = `plan(${[...new Set(candidates)].join(' | ')}):${parameters}`;
  const rows = [
    ladder('FCFS, published defaults', fcfs),
    ladder('best tuned, predictions', best),
    ladder('… lengths known', { ...best, belief: believing('oracle', BELIEF.acceptance) }),
    ...(knowing ? [ladder('… acceptance known', knowing.alone), ladder('… both known', knowing.both)] : []),
    ladder('planning by fork', { ...best, scheduler: plan }, true),
  ];
  return [...rows, ...decisions.filter((decision) => knowing || decision !== 'gamma').map(putBack)];

  function putBack(decision: Decision): Arm {
    const changed = without(best, decision, fcfs);
    return {
      label: PUT_BACK[decision],
      part: 'decision',
      contender: changed,
      slow: false,
      changed: nameOf(changed) !== nameOf(best),
    };
  }
}

const PUT_BACK: Readonly<Record<Decision, string>> = {
  order: 'order of arrival',
  gamma: 'γ as published',
  admission: 'admission as published',
  eviction: 'eviction as published',
  budget: 'token budget as published',
};
