/** Tasks by names: settings, heuristics, beliefs and rewards become objects here. */
import type { Values } from '../../env/parameters.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { deployedRules, deployHardware } from '../../env/settings/deployment.js';
import { type NamedSetting, openSetting } from '../../env/settings/setting.js';
import { didYouMean } from '../../env/spelling.js';
import { tasks } from '../../env/tasks/catalogue.js';
import { rewardOf } from '../../env/tasks/rewards/reward.js';
import type { ServingEnv } from '../../env/tasks/serving-env.js';
import { type OpenTask, openTask, type Task } from '../../env/tasks/task.js';
import type { World } from '../../env/tasks/world.js';
import { resolvePredictor, resolveScheduler } from '../catalogue.js';
import { readCost } from '../cost-file.js';
import { engineRules } from '../engine-file.js';
import { readValues } from '../specs.js';
import { type Base, baseOf } from './base.js';
import { checkNames, commonNames, type TaskNames } from './names.js';
import { traceSource } from './trace.js';

/** @throws Error with the nearest id */
export function findTask(id: string): Task {
  if (Object.hasOwn(tasks, id)) return tasks[id];
  throw new Error(`unknown task ${JSON.stringify(id)}${didYouMean(id, Object.keys(tasks))}`);
}

/** A task as objects: everything that `openTask` needs. */
export interface NamedTask {
  readonly task: Task;
  readonly world: World;
  readonly values: Values;
  readonly open: OpenTask;
}

/** @throws Error that names what does not exist or does not fit */
export function openNamedTask(id: string, names: TaskNames = {}): ServingEnv<unknown, unknown, unknown> {
  const { task, world, values, open } = resolveTask(id, names);
  return openTask(task, world, values, open);
}

/** @throws Error that names what does not exist or does not fit */
export function resolveTask(id: string, names: TaskNames = {}): NamedTask {
  const task = findTask(id);
  checkNames(id, names);
  const setting = namedSetting(names.setting ?? task.defaults.setting);
  const base = baseOf(names.base ?? task.defaults.base, setting.name);
  const { staleness, noise, truncateAfterSeconds, unservedSeconds, metrics, renderMode } = names;
  const given = { staleness, noise, truncateAfterSeconds, unservedSeconds, metrics, renderMode };
  return {
    task,
    world: worldOf(setting, withDefaults(task, names), base, names.beliefs ?? task.defaults.beliefs),
    values: ownValues(task, names),
    open: {
      base: resolveScheduler(base.scheduler).make,
      heuristics: (names.heuristics ?? task.heuristics ?? []).map((spec) => resolveScheduler(spec).make),
      reward: namedReward(names.reward ?? task.defaults.reward, base.scheduler),
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    },
  };
}

/** Load and engine of the task where nothing else was said. Its load belongs to its setting, its rules to its engine. */
function withDefaults({ defaults }: Task, names: TaskNames): TaskNames {
  const { load, engine, rules } = defaults;
  return {
    ...(load !== undefined && names.setting === undefined && { load }),
    ...(engine !== undefined && { engine }),
    ...names,
    ...(rules !== undefined && names.engine === undefined && { rules: { ...rules, ...names.rules } }),
  };
}

function worldOf(setting: NamedSetting, names: TaskNames, base: Base, beliefs: string): World {
  const { split, load, requests, engine, rules, cost } = names;
  const open = openSetting(setting, { split, load, requests });
  const { limits } = deployHardware(setting.deployment);
  const own = { ...setting.deployment.rules, ...base.rules };
  const gamma = base.gamma ?? setting.capacity.gamma;
  return {
    source: names.trace === undefined ? open.source : traceSource(names, setting, open),
    rules:
      engine === undefined && rules === undefined
        ? deployedRules({ ...setting.deployment, rules: own }, limits, gamma)
        : engineRules(engine ?? setting.deployment.engine, {
            hardware: limits,
            changes: {
              drafts: gamma,
              maxDrafts: open.rules.maxDrafts,
              proposer: open.rules.proposer,
              ...own,
              ...rules,
            },
          }),
    cost: cost === undefined ? open.cost : readCost(cost).cost,
    predictor: resolvePredictor(beliefs).make,
    promises: setting.slo,
  };
}

/** The task's own parameters among the names. @throws Error for a name that is nobody's */
function ownValues(task: Task, names: TaskNames) {
  const own = Object.entries(names).filter(([name]) => !commonNames.includes(name));
  const unknown = own.find(([name]) => !Object.hasOwn(task.parameters, name))?.[0];
  if (unknown !== undefined)
    throw new Error(
      `${task.id}: unknown argument ${JSON.stringify(unknown)}${didYouMean(unknown, [...Object.keys(task.parameters), ...commonNames])}`,
    );
  return readValues(task.id, task.parameters, new Map(own.map(([name, value]) => [name, String(value)])));
}

/** @param base what `jct-vs:base` and `slo-vs:base` mean */
function namedReward(spec: string, base: string) {
  const [, name, reference] = /^(jct-vs|slo-vs):\s*(.+?)\s*$/s.exec(spec) ?? [];
  return name === undefined
    ? rewardOf(spec)
    : rewardOf(name, resolveScheduler(reference === 'base' ? base : reference).make);
}
