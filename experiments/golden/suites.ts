/** Golden folders: which suites there are, and what checking one gives. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
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

export interface Found {
  readonly suite: string;
  readonly files: readonly string[];
}

/**
 * What is in a folder: recordings of one kind, or sub-folders of several.
 * @returns the suites that can be checked, and the kinds that have none yet
 * @throws Error if there is nothing of either
 */
export function findSuites(folder: string): { found: Found[]; skipped: string[] } {
  checkFolder(folder);
  if (recordingsIn(folder).length) return { found: [foundIn(kindOf(folder), folder)], skipped: [] };
  const kinds = readdirSync(folder)
    .filter((name) => recordingsUnder(join(folder, name)) > 0)
    .sort();
  if (kinds.length === 0) throw new Error(`${folder}: no recordings (.json or .json.gz) here or in its folders`);
  return {
    found: kinds.filter((kind) => suites[kind]).map((suite) => foundIn(suite, join(folder, suite))),
    skipped: kinds.filter((kind) => !suites[kind]),
  };
}

const foundIn = (suite: string, folder: string): Found => ({
  suite,
  files: recordingsIn(folder).filter((file) => suites[suite].holds?.(file) ?? true),
});

const recordingsUnder = (folder: string): number => (statSync(folder).isDirectory() ? recordingsIn(folder).length : 0);

/** A folder named after a kind is of that kind; any other is taken for schedules. */
function kindOf(folder: string): string {
  const name = basename(folder);
  return suites[name] ? name : 'vllm-v1';
}

/** Every case of a recording. One that cannot be read or replayed differs by that. */
export function checkRecording(suite: string, file: string): Check[] {
  try {
    return suites[suite].check(file).map((replayed) => ({ suite, ...replayed }));
  } catch (error) {
    return [{ suite, name: basename(file), steps: 0, difference: (error as Error).message }];
  }
}
