/** Who is measured between first come, first served and the proven bound: a ladder of knowledge, and one change a row from its best rung. */
import type { Rules } from '../../env/serving/rules.js';
import type { NamedSetting } from '../../env/settings/setting.js';
import { ORDERS } from '../reference.js';
import { type Contender, nameOf, published, settingRules } from '../tune/contender.js';
import { shippedFor } from '../tune/tuned.js';
import { type Decision, decisions, reordered, without } from './ablation.js';

/** One row: the best of its contenders on each seed (one, but for the reference). */
export interface Arm {
  readonly label: string;
  readonly part: 'ladder' | 'decision';
  readonly contenders: readonly Contender[];
  /** Planning is slow, so it meets fewer seeds. */
  readonly slow: boolean;
  /** Of a decision: whether tuning changed it at all. */
  readonly changed: boolean;
}

/** What is believed without knowing: lengths with a log-normal error (σ .5), acceptance as counted. */
const BELIEF = { length: 'noisy', acceptance: 'posterior' };

const believing = (length: string, acceptance: string): string => `${length}+${acceptance}`;

/** The policies of which the best tuned one is chosen on validation seeds: what ships for the setting with every knob tuned, else plain rules. */
export function finalists(setting: NamedSetting): readonly Contender[] {
  const belief = believing(BELIEF.length, BELIEF.acceptance);
  const shipped = shippedFor(setting.name).filter(
    ({ rung, engine }) => rung === 3 && engine === setting.deployment.engine,
  );
  if (shipped.length > 0) return shipped.map(({ contender }) => contender);
  return ['srpt', 'volume'].map((scheduler) => published(scheduler, belief, setting));
}

/** Orders that the reference tries with the truth beside those of `compare --reference`, where promises count, and rules for γ that know the true acceptance. */
const PORTFOLIO = [...ORDERS, 'volume:exponent=0.5', 'volume:exponent=2'];
const PROMISED = ['class-priority', 'edf', 'late-last', 'least-slack', 'edf-size'];
const DRAFTING = [
  'fixed-gamma(volume):gamma=1',
  'fixed-gamma(volume):gamma=3',
  'goodput-gamma(volume):acceptance=believed',
];

/** Orders that a plan changes between, beside the tuned one. */
const CANDIDATES = ['srpt', 'volume', 'fcfs'];

export interface ArmOptions {
  /** Least time between two plans, ms. */
  readonly planEveryMs: number;
  /** Futures that a plan draws. */
  readonly planSamples: number;
}

/** All rows of a setting. @param best the best tuned policy */
export function armsOf(setting: NamedSetting, best: Contender, { planEveryMs, planSamples }: ArmOptions): Arm[] {
  const fcfs = published('fcfs', best.belief, setting);
  const drafts = setting.deployment.draft !== 'none';
  const ladder = (label: string, contenders: readonly Contender[], slow = false): Arm => ({
    label,
    part: 'ladder',
    contenders,
    slow,
    changed: true,
  });
  const knowing = (length: string, acceptance: string): Contender => ({
    ...best,
    belief: believing(length, acceptance),
  });
  const candidates = [best.scheduler, ...CANDIDATES.map((order) => reordered(best.scheduler, order))];
  const objective = setting.slo.length === 0 ? 'jct' : 'slo';
  const parameters = `everyS=${planEveryMs / 1000},samples=${planSamples},objective=${objective}`;
  const plan = `plan(${[...new Set(candidates)].join(' | ')}):${parameters}`;
  const rows = [
    ladder('FCFS, published defaults', [fcfs]),
    ladder('best tuned, predictions', [best]),
    ladder('… lengths known', [knowing('oracle', BELIEF.acceptance)]),
    ...(drafts
      ? [
          ladder('… acceptance known', [knowing(BELIEF.length, 'oracle')]),
          ladder('… both known', [knowing('oracle', 'oracle')]),
        ]
      : []),
    ladder('planning by fork', [{ ...best, scheduler: plan }], true),
    ladder('clairvoyant reference', truthful(setting, best)),
  ];
  return [...rows, ...decisions.filter((decision) => drafts || decision !== 'gamma').map(putBack)];

  function putBack(decision: Decision): Arm {
    const changed = without(best, decision, fcfs);
    return {
      label: PUT_BACK[decision],
      part: 'decision',
      contenders: [changed],
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

/** With the truth (or without: nobody must use it): the portfolio in the published and in the tuned knobs, and with preemption by rank where the published engine has none. */
function truthful(setting: NamedSetting, best: Contender): Contender[] {
  const belief = believing('oracle', 'oracle');
  const plain = published('fcfs', belief, setting);
  const tuned = { ...best, belief };
  const byRank: Partial<Rules> =
    settingRules(setting).candidates === 'by-rank'
      ? {}
      : { candidates: 'by-rank', phases: 'decodes-first', displaces: 'worse', maxResident: 65_536 };
  const drafting = setting.deployment.draft === 'none' ? [] : DRAFTING;
  const orders = setting.slo.length === 0 ? PORTFOLIO : [...PORTFOLIO, ...PROMISED];
  return [
    best,
    tuned,
    ...orders.flatMap((order) => [
      { ...plain, scheduler: order },
      { ...tuned, scheduler: reordered(best.scheduler, order) },
      { ...plain, scheduler: `hysteresis(${order})`, rules: byRank },
    ]),
    ...drafting.map((scheduler) => ({ ...tuned, scheduler })),
  ];
}
