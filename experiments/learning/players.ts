/** Who is judged on a task: published schedulers, tuned ones, oracles, and the policies of trainings, also with a head switched off. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PolicyFile } from '../../agents/policy-file.js';
import type { NamedSetting } from '../../env/settings/setting.js';
import type { Task } from '../../env/tasks/task.js';
import { findPolicy, isPolicy, POLICY_FILE } from '../policies.js';
import { findTuned, orderOf } from '../tune/contestants.js';
import { shippedFor } from '../tune/tuned.js';

/** What no policy at all is worth, the three rungs of every comparison, what knows more, what was learned, and what is left of it without a head. */
export const rungs = [
  'chance',
  'published defaults',
  'tuned inside the preset',
  'tuned with every knob',
  'clairvoyant',
  'asked for',
  'learned',
  'one decision switched off',
] as const;
type Rung = (typeof rungs)[number];

/** Plain data. */
export interface Player {
  readonly label: string;
  readonly rung: Rung;
  /** `srpt`, `tuned:volume`, `policy:DIR`. */
  readonly scheduler: string;
  /** Instead of the task's. */
  readonly beliefs?: string;
  /** A heuristic whose engine knobs it plays with, e.g. `tuned:volume` [its own]. */
  readonly knobs?: string;
  /** Heads of the policy that stay at 0. */
  readonly off?: readonly string[];
  /** It answers anything legal in the task, on top of `scheduler` where the task adds to a heuristic. */
  readonly chance?: true;
}

/** Trainings of one kind that differ by seed alone. */
export interface Group {
  readonly name: string;
  readonly policies: readonly {
    readonly label: string;
    readonly folder: string;
    readonly scheduler: string;
    readonly file: PolicyFile;
  }[];
}

/**
 * The trainings of a folder, which is that of one, or of several, each in a folder of its own.
 * @param task the one that all must be for [any]
 * @throws Error naming the folder where there is no policy, or one of another task
 */
export function readGroup(name: string, given: unknown, task?: string): Group {
  if (given === null) throw new Error(`--policies ${name}: expected the folder of a training, found nothing`);
  const folder = String(given);
  const folders = policyFolders(folder);
  if (folders.length === 0)
    throw new Error(
      `${folder}: holds no ${POLICY_FILE}, neither itself nor in a folder in it: run servegym train first`,
    );
  const policies = folders.map((each) => {
    const scheduler = `policy:${each}`;
    const file = findPolicy(scheduler) as PolicyFile;
    if (task !== undefined && file.about.task !== task)
      throw new Error(`${each}: a policy for ${file.about.task}, expected ${task}`);
    return { label: `${name}/${basename(each)}`, folder: each, scheduler, file };
  });
  return { name, policies };
}

function policyFolders(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const there = (path: string): boolean => existsSync(join(path, POLICY_FILE));
  const byNumber = new Intl.Collator('en', { numeric: true }).compare;
  const within = readdirSync(folder)
    .sort(byNumber)
    .map((name) => join(folder, name))
    .filter((each) => statSync(each).isDirectory() && there(each));
  if (within.length > 0) return within; // beside the seeds stands a copy of the chosen one
  return there(folder) ? [folder] : [];
}

/** @param engine the tuned ones must be for */
export function heuristicsOf({ baselines }: Task, setting: NamedSetting, engine: string, base: string): Player[] {
  const published = [...new Set(['fcfs', 'srpt', 'laps-sd', 'mc-sf', ...baselines])];
  const tuned = shippedFor(setting.name).filter((each) => each.engine === engine);
  const rung = (wanted: 2 | 3): string[] =>
    tuned.filter((each) => each.rung === wanted).map((each) => `tuned:${each.base}@${wanted}`);
  const player =
    (of: Rung) =>
    (scheduler: string): Player => ({ label: scheduler, rung: of, scheduler });
  return [
    { label: 'any legal answer', rung: 'chance', scheduler: base, chance: true },
    ...published.map(player('published defaults')),
    ...rung(2).map(player('tuned inside the preset')),
    ...rung(3).map(player('tuned with every knob')),
    { label: `${base}, lengths known`, rung: 'clairvoyant', scheduler: base, beliefs: 'oracle' },
  ];
}

/**
 * Those that were asked for: they play in every place. Where the base brings engine knobs they have the same, unless they bring their own.
 * @throws Error if there is no such scheduler
 */
export function rivalsOf(specs: readonly string[], base: string, { name }: NamedSetting): Player[] {
  const tuned = findTuned(base, name) !== undefined;
  return [...new Set(specs)].map((scheduler): Player => {
    orderOf(scheduler, name);
    const borrows = tuned && findTuned(scheduler, name) === undefined && !isPolicy(scheduler);
    const label = borrows ? `${scheduler}, knobs of ${base}` : scheduler;
    return { label, rung: 'asked for', scheduler, ...(borrows && { knobs: base }) };
  });
}

/** The command lines that train them again, to the same folders: one, if one command trained several seeds. */
export function trainingsOf({ policies }: Group): string[] {
  const folders = new Map<string, string[]>();
  for (const { folder, file } of policies)
    folders.set(file.card.command, [...(folders.get(file.card.command) ?? []), folder]);
  return [...folders].map(
    ([command, [folder, ...more]]) => `${command} --out ${more.length > 0 ? dirname(folder) : folder}`,
  );
}

export const learnersOf = (groups: readonly Group[]): Player[] =>
  groups.flatMap(({ policies }) =>
    policies.map(({ label, scheduler }): Player => ({ label, rung: 'learned', scheduler })),
  );

/** Each policy without one of its heads after the other; none where there is only one. */
export const ablationsOf = ({ policies }: Group): { readonly head: string; readonly players: readonly Player[] }[] => {
  const { heads } = policies[0].file.about;
  const all = heads === null ? [] : [...heads.perRequest, ...heads.forAll];
  if (all.length < 2) return [];
  return [...new Set(all)].map((head) => ({
    head,
    players: policies.map(
      ({ label, scheduler }): Player => ({
        label: `${label} without ${head}`,
        rung: 'one decision switched off',
        scheduler,
        off: [head],
      }),
    ),
  }));
};
