/** Episodes at a place: on a seed everybody meets the same requests and the same luck. */
import type { PolicyFile } from '../../agents/policy-file.js';
import type { Parameters, ValuesOf } from '../../env/parameters.js';
import type { Scheduler } from '../../env/serving/policy.js';
import { namedSetting } from '../../env/settings/catalogue.js';
import { promisedWorld } from '../../env/tasks/task.js';
import { resolveScheduler } from '../catalogue.js';
import { chance } from '../play/chance.js';
import { findPolicy, schedulerOf } from '../policies.js';
import type { Work } from '../pool.js';
import type { TaskNames } from '../tasks/names.js';
import { resolveTask } from '../tasks/open.js';
import { type EpisodeFigures, playEpisode } from '../train/play-episode.js';
import { findTuned } from '../tune/contestants.js';
import { createDraftCounter, type DraftCounts } from './draft-counter.js';
import { type Place, sourceAt } from './places.js';
import type { Player } from './players.js';

/** Plain data: workers make the rest themselves. */
export interface Field {
  readonly task: string;
  readonly setting: string;
  readonly requests: number;
  /** Of the task, by name; not the base. */
  readonly names: TaskNames;
  readonly places: readonly Place[];
  readonly seed: number;
}

/** A seed at a place, and who meets there. */
export interface Meeting {
  readonly place: number;
  /** Number of the paired seed, from 0. */
  readonly index: number;
  readonly players: readonly Player[];
}

export interface Result extends EpisodeFigures {
  readonly place: string;
  readonly index: number;
  readonly player: string;
  /** Where they are counted. */
  readonly drafts?: DraftCounts;
}

export const resultName = ({ place, index, player }: Pick<Result, 'place' | 'index' | 'player'>): string =>
  [place, index, player].join(' / ');

export async function openField({
  task,
  setting: name,
  requests,
  names,
  places,
  seed,
}: Field): Promise<Work<Meeting, Result>> {
  const setting = namedSetting(name);
  const files = new Map<string, PolicyFile | undefined>();
  const policyOf = (spec: string): PolicyFile | undefined => {
    if (!files.has(spec)) files.set(spec, findPolicy(spec));
    return files.get(spec);
  };
  return function* ({ place: at, index, players }) {
    const place = places[at];
    const workload = sourceAt(setting, place, requests).sample(seed + index);
    for (const { label, scheduler, beliefs, off, knobs, chance: drawn = false } of players) {
      const file = drawn ? undefined : policyOf(scheduler); // chance plays on top of a policy, not as it
      const own: TaskNames = file
        ? knobsOf(file)
        : { base: scheduler, ...(knobs !== undefined && tunedKnobs(knobs, name)) };
      const known = { ...names, setting: name, load: place.load, requests, ...(beliefs !== undefined && { beliefs }) };
      const { task: of, world, values, open } = resolveTask(task, { ...known, ...own });
      const promised = promisedWorld(of, world, values);
      const { base, heuristics = [] } = open;
      const heuristic = drawn
        ? chance(of.codec({ world: promised, base, heuristics }, values as ValuesOf<Parameters>))
        : base;
      const make = file ? learned(scheduler, file, off) : heuristic;
      const there = { ...promised, workload };
      const counter = place.drafts ? createDraftCounter() : null;
      const watching = counter === null ? [] : [counter.recorder];
      yield {
        place: place.name,
        index,
        player: label,
        ...playEpisode(there, make, open.reward, `${seed}/${index}`, watching),
        ...(counter !== null && { drafts: counter.counts() }),
      };
    }
  };
}

/** The base, and the engine knobs, that a policy was trained with. */
function knobsOf({ about: { base, engine, rules, gamma } }: PolicyFile): TaskNames {
  const own = { ...rules, ...(gamma !== null && { drafts: gamma }) };
  return { base, ...(Object.keys(own).length > 0 && { engine, rules: own }) };
}

/** Those of a tuned heuristic; nothing for any other. */
function tunedKnobs(spec: string, setting: string): TaskNames {
  const tuned = findTuned(spec, setting);
  return tuned ? { engine: tuned.engine, rules: { ...tuned.contender.rules, drafts: tuned.contender.gamma } } : {};
}

const learned = (spec: string, file: PolicyFile, off: readonly string[] = []): (() => Scheduler) =>
  schedulerOf(spec, file, (each) => resolveScheduler(each).make, off);
