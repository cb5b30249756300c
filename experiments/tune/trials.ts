/** Episodes of contenders on a named setting: everybody meets the same requests on the same seed. */
import type { PresetName } from '../../env/serving/presets.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { deployedRules, deployHardware } from '../../env/settings/deployment.js';
import { openSetting } from '../../env/settings/setting.js';
import { toSeconds } from '../../env/time.js';
import type { Split } from '../../env/workloads/families/family.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { runEpisode } from '../episode.js';
import { type Contender, nameOf } from './contender.js';

/** Where contenders meet, as plain data. */
export interface Arena {
  readonly setting: string;
  /** Another preset than the setting's own. */
  readonly engine?: PresetName | undefined;
  /** [the setting's] */
  readonly load?: number | undefined;
  readonly requests?: number | undefined;
  readonly seed: number;
}

/** A seed of a split, and who meets there. */
export interface Meeting {
  readonly split: Split;
  /** Number of the paired seed, from 0. */
  readonly index: number;
  readonly contenders: readonly Contender[];
}

/** What an episode came to. */
export interface Figures {
  /** Seconds. */
  readonly jct: number;
  readonly p99: number;
  readonly ttft: number;
  /** Share of ΣJCT spent in no batch. */
  readonly waitingShare: number;
  /** Share of the requests whose promises were broken; 0 where none were made. */
  readonly missed: number;
  readonly evictions: number;
  /** Requests that never got their answer. */
  readonly unserved: number;
}

export interface Trial {
  readonly split: Split;
  readonly index: number;
  /** The contender's name. */
  readonly name: string;
  readonly figures: Figures;
}

export const trialName = ({ split, index, name }: Pick<Trial, 'split' | 'index' | 'name'>): string =>
  `${split} / ${index} / ${name}`;

/** What a worker does: one meeting, trial by trial. */
export async function openArena({ setting: name, engine, load, requests, seed }: Arena) {
  const setting = namedSetting(name);
  const deployment = { ...setting.deployment, ...(engine && { engine }) };
  const { cost, limits } = deployHardware(deployment);
  const sources = new Map<Split, ReturnType<typeof openSetting>['source']>();
  const sourceOf = (split: Split) => {
    const source = sources.get(split) ?? openSetting(setting, { split, load, requests }).source;
    sources.set(split, source);
    return source;
  };
  return function* ({ split, index, contenders }: Meeting): Generator<Trial> {
    const workload = sourceOf(split).sample(seed + index);
    for (const contender of contenders) {
      const rules = deployedRules(
        { ...deployment, rules: { ...deployment.rules, ...contender.rules } },
        limits,
        contender.gamma,
      );
      const { summary, outcome } = runEpisode({
        workload,
        rules,
        cost,
        scheduler: resolveScheduler(contender.scheduler).make,
        predictor: resolvePredictor(contender.belief).make,
        seed: `${seed}/${index}`,
        slo: setting.slo,
      });
      const { arrived, finished } = summary.requests;
      const figures: Figures = {
        jct: toSeconds(summary.jct.mean),
        p99: toSeconds(summary.jct.p99),
        ttft: toSeconds(summary.ttft.mean),
        waitingShare: summary.waitingShare,
        missed: setting.slo.length > 0 ? 1 - summary.sloAttainment : 0,
        evictions: summary.evictions,
        unserved: outcome === 'drained' ? arrived - finished : Math.max(1, arrived - finished),
      };
      yield { split, index, name: nameOf(contender), figures };
    }
  };
}
