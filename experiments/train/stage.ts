/** Where a policy is trained: a task by name, and the form in which its agent is an index policy. All of it plain data. */
import type { PolicyFacts } from '../../agents/policy-file.js';
import type { Rules } from '../../env/serving/rules.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { didYouMean } from '../../env/spelling.js';
import type { EngineHead, RequestHead } from '../../env/tasks/heads.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import type { TaskNames } from '../tasks/names.js';
import { findTask, resolveTask } from '../tasks/open.js';
import { findTuned } from '../tune/contestants.js';

/** Heads of the tasks that add to a heuristic, as their action spaces have them. */
export const taskHeads: Readonly<
  Record<string, { readonly perRequest: readonly RequestHead[]; readonly forAll: readonly EngineHead[] }>
> = {
  'Serve-v0': { perRequest: ['rank', 'gamma'], forAll: ['reserve', 'headroom', 'budget', 'chunk'] },
  'Admit-v0': { perRequest: ['rank', 'hold', 'gamma'], forAll: ['chunk', 'budget', 'reserve'] },
  'Speculate-v0': { perRequest: ['rank', 'gamma'], forAll: ['gamma'] },
  'Memory-v0': { perRequest: ['keep', 'place'], forAll: ['reserve', 'headroom'] },
};

/** What a training is told; the rest is the task's own. */
export interface StageNames extends Pick<TaskNames, 'setting' | 'load' | 'requests' | 'beliefs' | 'base' | 'reward'> {
  readonly task: string;
  /** Which of the task's heads the agent has. */
  readonly heads: readonly string[];
}

export interface Stage {
  readonly facts: PolicyFacts;
  /** As `resolveTask` takes them; split and base come with each episode. */
  readonly names: TaskNames;
  /** The base's spec, as the task names it. */
  readonly base: string;
}

/** @throws Error that names what does not exist or does not fit */
export function stageOf({ task: id, heads, ...given }: StageNames): Stage {
  const { defaults } = findTask(id);
  const own = Object.hasOwn(taskHeads, id) ? taskHeads[id] : undefined;
  if (own === undefined)
    throw new Error(`${id} is no task for an index policy, expected one of ${Object.keys(taskHeads).join(', ')}`);
  const known: readonly string[] = [...own.perRequest, ...own.forAll];
  const unknown = heads.find((head) => !known.includes(head));
  if (unknown !== undefined)
    throw new Error(`${id} has no head ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`);
  const names = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as TaskNames;
  const { values } = resolveTask(id, names);
  const setting = namedSetting(names.setting ?? defaults.setting);
  const base = names.base ?? defaults.base;
  const tuned = findTuned(base, setting.name)?.contender;
  const ownLoad = names.setting === undefined ? defaults.load : undefined;
  return {
    names,
    base,
    facts: {
      task: id,
      setting: setting.name,
      engine: defaults.engine ?? setting.deployment.engine,
      load: names.load ?? ownLoad ?? setting.load,
      requests: names.requests ?? setting.requests,
      reward: names.reward ?? defaults.reward,
      beliefs: resolvePredictor(names.beliefs ?? defaults.beliefs).name,
      base: resolveScheduler(tuned?.scheduler ?? base).name,
      rules: { ...tuned?.rules, ...(defaults.rules as Partial<Rules>) },
      gamma: tuned?.gamma ?? setting.capacity.gamma,
      perRequest: own.perRequest.filter((head) => heads.includes(head)),
      forAll: own.forAll.filter((head) => heads.includes(head)),
      span: Number(values.span),
      every: values.every as PolicyFacts['every'],
      longestS: Number(values.longestS),
    },
  };
}
