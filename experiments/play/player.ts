/**
 * Who plays a task, by name:
 *
 *     zero, heuristic   the base alone; where actions are choices, what its order amounts to
 *     random            even over all legal actions
 *     epsilon:0.1       random with this probability, else the heuristic
 *     action:3          always this choice
 *     a scheduler       its spec or `expr: formula`, in the place of the base; tuned:NAME, policy:DIR with their engine knobs
 */
import { isDiscrete } from '../../env/gym/spaces/discrete.js';
import type { Space } from '../../env/gym/spaces/space.js';
import type { Stream } from '../../env/random.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import type { Task } from '../../env/tasks/task.js';
import { resolveScheduler } from '../catalogue.js';
import { baseOf } from '../tasks/base.js';
import type { TaskNames } from '../tasks/names.js';
import { findTask } from '../tasks/open.js';
import { type Answer, anyAction, type Question, zeroAction } from './actions.js';
import { type Advised, advised } from './advised.js';
import { advisers } from './advisers.js';

export interface Player {
  /** In words: what it does in this task. */
  readonly says: string;
  /** What is opened for it: the task, and names that it needs otherwise. */
  readonly task: Task;
  readonly names: TaskNames;
  /** Chooses; luck comes from `random` alone. @param space of the actions */
  act(space: Space, question: Question, random: Stream): Answer;
}

const EPSILON = /^epsilon:\s*(\S+)$/;
const ACTION = /^action:\s*(\S+)$/;
const sure = (action: unknown): Answer => ({ action, logPropensity: 0, atom: true });

/**
 * The player that a spec names, for a task under these names. It belongs to one environment.
 * @throws Error that quotes what is wrong with the spec
 */
export function resolvePlayer(spec: string, id: string, names: TaskNames): Player {
  const task = findTask(id);
  const share = EPSILON.exec(spec)?.[1];
  if (share !== undefined) return mixed(resolvePlayer('heuristic', id, names), readShare(spec, share));
  const action = ACTION.exec(spec)?.[1];
  if (action !== undefined) return constant(task, names, spec, Number(action));
  if (spec === 'random') return { says: 'any legal action', task, names, act: anyAction };
  return heuristic(task, names, spec === 'zero' || spec === 'heuristic' ? undefined : spec);
}

/** @param spec of the scheduler [the base] */
function heuristic(task: Task, names: TaskNames, spec: string | undefined): Player {
  const base = spec ?? names.base ?? task.defaults.base;
  if (task.heuristics) return chosen(task, names, spec);
  const setting = namedSetting(names.setting ?? task.defaults.setting);
  const { scheduler, engine } = baseOf(base, setting.name);
  const here = names.engine ?? task.defaults.engine ?? setting.deployment.engine;
  const strange = engine === null || engine === here ? '' : `; its engine knobs are for ${engine}, this is ${here}`;
  if (!Object.hasOwn(advisers, task.id)) {
    const says = `${base} decides, nothing is added${strange}`;
    const act = (space: Space, question: Question): Answer => sure(zeroAction(space, question));
    return { says, task, names: { ...names, base }, act };
  }
  const { task: open, advise }: Advised = advised(task, resolveScheduler(scheduler).make);
  if ((names.staleness ?? 0) > 0)
    throw new Error(`${task.id}: what ${base} would do is about the present, expected staleness 0`);
  const says = `does what ${base} would, as far as the actions can say it${strange}`;
  return { says, task: open, names: { ...names, base }, act: (_space, { mask }) => sure(advise(mask)) };
}

/** One of the heuristics of a task whose agent chooses among them. */
function chosen(task: Task, names: TaskNames, spec: string | undefined): Player {
  const all = names.heuristics ?? task.heuristics ?? [];
  const k = spec === undefined ? 0 : all.indexOf(spec);
  if (k < 0) throw new Error(`${task.id}: ${JSON.stringify(spec)} is not one of its heuristics: ${all.join(', ')}`);
  return { says: `${all[k]} always has the say`, task, names, act: () => sure(k) };
}

function constant(task: Task, names: TaskNames, spec: string, action: number): Player {
  return {
    says: `action ${action}, whatever is seen`,
    task,
    names,
    act(space, { mask }) {
      if (!isDiscrete(space) || !space.contains(action))
        throw new Error(`policy ${JSON.stringify(spec)}: ${action} is not in ${space}`);
      return sure(mask === null || mask[action] === 1 ? action : mask.indexOf(1));
    },
  };
}

/** Even with probability ε, else as the other. */
function mixed(other: Player, share: number): Player {
  return {
    ...other,
    says: `${other.says}; with probability ${share} any legal action`,
    act(space, question, random) {
      const its = other.act(space, question, random);
      const any = anyAction(space, question, random);
      const explores = random.next() < share;
      if (!any.atom) {
        const { action, logPropensity, atom } = explores ? any : its;
        return { action, logPropensity: logPropensity + Math.log(explores ? share : 1 - share), atom };
      }
      const { action } = explores ? any : its;
      const both = share * Math.exp(any.logPropensity) + (action === its.action ? 1 - share : 0);
      return { action, logPropensity: Math.log(both), atom: true };
    },
  };
}

function readShare(spec: string, given: string): number {
  const share = Number(given);
  if (share >= 0 && share <= 1) return share;
  throw new Error(`policy ${JSON.stringify(spec)}: expected a share in 0 … 1, such as epsilon:0.1`);
}
