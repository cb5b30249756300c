/** Golden folders: which suites there are, and what checking one gives. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkFolder, readRecording, recordingsIn } from './files.js';
import { firstDifference, parseScenario, replay } from './vllm-v1.js';

/** One recording held against ours. */
export interface Check {
  readonly suite: string;
  readonly name: string;
  readonly steps: number;
  /** The first difference in one sentence; null = equal in every field. */
  readonly difference: string | null;
}

type Suite = (file: string) => Pick<Check, 'name' | 'steps' | 'difference'>;

/** The kinds of recordings that can be checked, by folder name. */
const suites: Readonly<Record<string, Suite>> = {
  'vllm-v1': (file) => {
    const scenario = parseScenario(readRecording(file), file);
    return {
      name: scenario.name,
      steps: scenario.steps.length,
      difference: firstDifference(scenario, replay(scenario)),
    };
  },
};

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
  const files = recordingsIn(folder);
  if (files.length) return { found: [{ suite: kindOf(folder), files }], skipped: [] };
  const kinds = readdirSync(folder)
    .filter((name) => recordingsUnder(join(folder, name)) > 0)
    .sort();
  if (kinds.length === 0) throw new Error(`${folder}: no recordings (.json or .json.gz) here or in its folders`);
  return {
    found: kinds.filter((kind) => suites[kind]).map((suite) => ({ suite, files: recordingsIn(join(folder, suite)) })),
    skipped: kinds.filter((kind) => !suites[kind]),
  };
}

const recordingsUnder = (folder: string): number => (statSync(folder).isDirectory() ? recordingsIn(folder).length : 0);

/** A folder named after a kind is of that kind; any other is taken for schedules. */
function kindOf(folder: string): string {
  const name = basename(folder);
  return suites[name] ? name : 'vllm-v1';
}

/** A recording that cannot be read or replayed differs by that. */
export function checkRecording(suite: string, file: string): Check {
  try {
    return { suite, ...suites[suite](file) };
  } catch (error) {
    return { suite, name: basename(file), steps: 0, difference: (error as Error).message };
  }
}
