/** Golden folders: which suites there are, and what checking one gives. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkFolder, readRecording, recordingsIn } from './files.js';
import { isGymnasium, replayGymnasium } from './gymnasium.js';
import type { Replayed } from './replayed.js';
import { firstDifference, parseScenario, replay } from './vllm-v1.js';

/** One recorded case held against ours. */
export interface Check extends Replayed {
  readonly suite: string;
}

interface Suite {
  /** What its cases are called, and what is compared in one. */
  readonly words: readonly [cases: string, steps: string];
  /** Whether a file of its folder is a recording [all are]. */
  holds?(file: string): boolean;
  /** Every case of a file. @throws Error if it cannot be read */
  check(file: string): Replayed[];
}

/** The kinds of recordings that can be checked, by folder name. */
const suites: Readonly<Record<string, Suite>> = {
  'vllm-v1': {
    words: ['recordings', 'steps'],
    check(file) {
      const scenario = parseScenario(readRecording(file), file);
      const difference = firstDifference(scenario, replay(scenario));
      return [{ name: scenario.name, steps: scenario.steps.length, difference }];
    },
  },
  gymnasium: {
    words: ['cases', 'calls and values'],
    holds: isGymnasium,
    check: (file) => replayGymnasium(readRecording(file), file),
  },
};

export const wordsOf = (suite: string): Suite['words'] => suites[suite].words;

interface Found {
  readonly suite: string;
  readonly files: readonly string[];
}

/** A folder that is left out. */
interface Skipped {
  readonly kind: string;
  readonly why: string;
}

/** Kinds that are not replayed here, and where they are held against ours instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'rl-math': 'held by npm test (losses, distributions, returns, Adam, statistics)',
  rliable: 'statistics of boards over many tasks, which nothing here computes',
};

/**
 * What is in a folder: recordings of one kind, or sub-folders of several.
 * @returns what can be checked, and of the other folders why they are left out
 * @throws Error if nothing can be checked
 */
export function findSuites(folder: string): { found: Found[]; skipped: Skipped[] } {
  checkFolder(folder);
  const name = basename(resolve(folder));
  if (recordingsIn(folder).length > 0) {
    if (ELSEWHERE[name]) throw new Error(`${folder}: ${ELSEWHERE[name]}, not replayed here`);
    const found = foundIn(suites[name] ? name : 'vllm-v1', folder); // a folder of any other name is taken for schedules
    if (found.files.length === 0) throw new Error(`${folder}: no recordings of ${found.suite} here`);
    return { found: [found], skipped: [] };
  }
  const kinds = readdirSync(folder)
    .filter((kind) => recordingsUnder(join(folder, kind)) > 0)
    .sort();
  if (kinds.length === 0) throw new Error(`${folder}: no recordings (.json or .json.gz) here or in its folders`);
  const found = kinds
    .filter((kind) => suites[kind])
    .map((suite) => foundIn(suite, join(folder, suite)))
    .filter(({ files }) => files.length > 0);
  if (found.length === 0)
    throw new Error(
      `${folder}: nothing to replay: its folders are ${kinds.join(', ')}, expected ${Object.keys(suites).join(', ')}`,
    );
  const left = kinds.filter((kind) => !found.some(({ suite }) => suite === kind));
  return {
    found,
    skipped: left.map((kind) => ({ kind, why: ELSEWHERE[kind] ?? 'no recordings of a kind known here' })),
  };
}

const foundIn = (suite: string, folder: string): Found => ({
  suite,
  files: recordingsIn(folder).filter((file) => suites[suite].holds?.(file) ?? true),
});

const recordingsUnder = (folder: string): number => (statSync(folder).isDirectory() ? recordingsIn(folder).length : 0);

/** Every case of a recording. One that cannot be read or replayed differs by that. */
export function checkRecording(suite: string, file: string): Check[] {
  try {
    return suites[suite].check(file).map((replayed) => ({ suite, ...replayed }));
  } catch (error) {
    return [{ suite, name: basename(file), steps: 0, difference: (error as Error).message }];
  }
}
