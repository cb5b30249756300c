/** The clairvoyant reference of a setting, seed by seed: the portfolio of `compare --reference`, and whoever stands on the ladder below it. */
import { deployedRules, deployHardware } from '../../env/settings/deployment.js';
import type { NamedSetting } from '../../env/settings/setting.js';
import { type Candidate, candidateName, type Engine, ordersOf, variantsOf } from '../reference.js';
import type { Contender } from '../tune/contender.js';
import type { Trials } from '../tune/run-trials.js';
import type { Figures } from '../tune/trials.js';

export interface Clairvoyant {
  /** Of the best, by seed. */
  readonly values: readonly number[];
  readonly policy: string;
}

/**
 * Runs what is missing of both halves of the portfolio.
 * @param best the tuned policy whose knobs take part
 * @param ladder others whom the reference must not be above: nobody has to use the truth
 */
export async function clairvoyantOn(
  setting: NamedSetting,
  best: Contender,
  ladder: readonly Contender[],
  { trials, seeds, figureOf }: { trials: Trials; seeds: readonly number[]; figureOf: (figures: Figures) => number },
): Promise<Clairvoyant> {
  const { deployment, capacity, slo } = setting;
  const { limits } = deployHardware(deployment);
  const engine: Engine = (changes, gamma) =>
    deployedRules({ ...deployment, rules: { ...deployment.rules, ...changes } }, limits, gamma);
  const drafts = deployment.draft !== 'none';
  const orders = ordersOf({ gamma: capacity.gamma, tuned: [best], drafts, promises: slo.length > 0 });
  const first = [...orders, ...ladder.map((each) => ({ ...each, remark: `, ${each.belief}` }))];
  await trials.meet('test', first, seeds);

  const [fcfs] = orders;
  const costOf = (candidate: Candidate, index: number): number => {
    const figures = trials.of('test', candidate, index);
    return figures.unserved > trials.of('test', fcfs, index).unserved ? Infinity : figureOf(figures);
  };
  const bestOf = (candidates: readonly Candidate[], index: number): Candidate =>
    candidates.reduce((a, b) => (costOf(b, index) < costOf(a, index) ? b : a));

  const groups = new Map<Candidate, number[]>();
  for (const index of seeds) {
    const leader = bestOf(first, index);
    groups.set(leader, [...(groups.get(leader) ?? []), index]);
  }
  const winners = new Map<number, Candidate>();
  let tried = first.length;
  for (const [leader, own] of groups) {
    const variants = variantsOf(leader, engine, drafts);
    tried = Math.max(tried, first.length + variants.length);
    await trials.meet('test', variants, own);
    for (const index of own) winners.set(index, bestOf([leader, ...variants], index));
  }
  const names = seeds.map((index) => candidateName(winners.get(index) as Candidate));
  const [name, times] = mostFrequent(names);
  return {
    values: seeds.map((index) => costOf(winners.get(index) as Candidate, index)),
    policy: `the best of ${tried} on each seed, on ${times} of ${seeds.length} ${name}`,
  };
}

function mostFrequent(names: readonly string[]): [name: string, times: number] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
}
