/** Where a policy is trained: a task by name, in one place or several, and what its policy is there. All of it plain data. */
import type { PolicyFacts, PolicyKind } from '../../agents/policy-file.js';
import type { Rules } from '../../env/serving/rules.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { didYouMean } from '../../env/spelling.js';
import { tasks } from '../../env/tasks/catalogue.js';
import type { Heads } from '../../env/tasks/heads.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { baseOf } from '../tasks/base.js';
import type { TaskNames } from '../tasks/names.js';
import { findTask, resolveTask } from '../tasks/open.js';

/** Heads of the tasks that add to a heuristic. */
export const taskHeads: Readonly<Record<string, Heads>> = Object.fromEntries(
  Object.values(tasks).flatMap(({ id, heads }) => (heads === undefined ? [] : [[id, heads]])),
);

/** What a training is told; what is left out is the task's own. */
export interface StageNames
  extends Pick<
    TaskNames,
    'trace' | 'format' | 'columns' | 'unit' | 'arrivals' | 'requests' | 'beliefs' | 'base' | 'reward'
  > {
  readonly task: string;
  /** Which of the task's heads the agent has [its first]. */
  readonly heads?: readonly string[] | undefined;
  /** The task's parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The learner is a scorer of slots: what it adds to a heuristic is for everyone [false]. */
  readonly scorer?: boolean;
  /** Named settings and loads: a mixture of every one with every other. */
  readonly settings?: readonly string[] | undefined;
  readonly loads?: readonly number[] | undefined;
}

export interface Stage {
  readonly facts: PolicyFacts;
  readonly kind: PolicyKind;
  /** The task's parameters for a learner that steps through it: a scorer learns in slots. */
  readonly view: PolicyFacts['parameters'];
  /** As `resolveTask` takes them; split and base come with each episode. The k-th seed is played in the k-th, round and round. */
  readonly places: readonly TaskNames[];
  /** The base's spec, as the task names it. */
  readonly base: string;
}

/** The place of a seed. */
export const placeOf = ({ places }: Pick<Stage, 'places'>, seed: number): number => seed % places.length;

/** @throws Error that names what does not exist or does not fit */
export function stageOf({
  task: id,
  heads: asked,
  settings,
  loads,
  parameters,
  scorer = false,
  ...given
}: StageNames): Stage {
  const task = findTask(id);
  const { defaults } = task;
  const heads = headsOf(id, asked);
  const common = { ...parameters, ...given };
  const places = (settings ?? [undefined]).flatMap((setting) =>
    (loads ?? [undefined]).map((load): TaskNames => {
      const names = Object.entries({ ...common, setting, load }).filter(([, value]) => value !== undefined);
      return Object.fromEntries(names);
    }),
  );
  const { values } = places.map((names) => resolveTask(id, names))[0];
  const base = given.base ?? defaults.base;
  const inEach = places.map((names) => {
    const setting = namedSetting(names.setting ?? defaults.setting);
    const { scheduler, rules, gamma } = baseOf(base, setting.name);
    return {
      engine: defaults.engine ?? setting.deployment.engine,
      base: resolveScheduler(scheduler).name,
      rules: { ...rules, ...(defaults.rules as Partial<Rules>) },
      gamma,
    };
  });
  const [first] = inEach;
  if (inEach.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
    throw new Error(
      `--setting ${settings?.join(',')}: engine or ${base} differ between them, expected one --base without knobs of its own, e.g. srpt`,
    );
  const loadOf = ({ setting, load }: TaskNames): number =>
    load ?? (setting === undefined ? defaults.load : undefined) ?? namedSetting(setting ?? defaults.setting).load;
  const onSets = heads !== null && (scorer || values.slots === 0);
  const facts = {
    task: id,
    parameters: onSets ? { ...values, slots: 0 } : values,
    settings: [...new Set(places.map((names) => names.setting ?? defaults.setting))],
    engine: first.engine,
    loads: [...new Set(places.map(loadOf))],
    requests: given.requests ?? namedSetting(places[0].setting ?? defaults.setting).requests,
    reward: given.reward ?? defaults.reward,
    beliefs: resolvePredictor(given.beliefs ?? defaults.beliefs).name,
    base: first.base,
    rules: first.rules,
    gamma: first.gamma,
    heuristics: [...(task.heuristics ?? [])],
    heads: heads && { perRequest: [...heads.perRequest], forAll: [...heads.forAll] },
  };
  return { facts, kind: onSets ? 'index-policy' : 'task-policy', view: values, places, base };
}

function headsOf(id: string, asked: readonly string[] | undefined): Heads | null {
  if (!Object.hasOwn(taskHeads, id)) {
    if (asked === undefined) return null;
    throw new Error(`${id} has no heads, expected one of ${Object.keys(taskHeads).join(', ')}`);
  }
  const { perRequest, forAll } = taskHeads[id];
  const known: readonly string[] = [...perRequest, ...forAll];
  const unknown = asked?.find((head) => !known.includes(head));
  if (unknown !== undefined)
    throw new Error(`${id} has no head ${JSON.stringify(unknown)}${didYouMean(unknown, known)}`);
  const wanted = asked ?? known.slice(0, 1);
  return {
    perRequest: perRequest.filter((head) => wanted.includes(head)),
    forAll: forAll.filter((head) => wanted.includes(head)),
  };
}
