/** Training data by name: published sets, our own written prompts, files of users. */

import { stream } from '../../env/random.js';
import { didYouMean } from '../../env/spelling.js';
import type { LengthExample } from '../../predictors/length/model.js';
import { LENGTH_SETS } from './data/sets.js';
import { readUserFile } from './data/user-file.js';
import { writtenExamples } from './data/written.js';

export interface LengthData {
  readonly examples: readonly LengthExample[];
  /** A line for each source: what it is, and under which licence. */
  readonly sources: readonly string[];
  /** A model trained on it may be handed on. */
  readonly ships: boolean;
}

const WRITTEN = 'written';

/** Folder of the published sets. */
export const dataFolder = (): string => process.env.SERVEGYM_DATA || '../shared/data';

/**
 * @param names sets (`servegym list sets`), `written`, or files with `.jsonl` in their names
 * @param most examples taken of each, drawn at random [all]
 * @throws Error that names the set or the file, and what is wrong with it
 */
export async function openLengthData(names: readonly string[], seed: number, most = Infinity): Promise<LengthData> {
  const opened = [];
  for (const name of names) {
    const { examples, ...about } = await openOne(name, seed);
    opened.push({ ...about, examples: some(examples, most, seed) });
  }
  return {
    examples: opened.flatMap(({ examples }) => examples),
    sources: opened.map(({ source }) => source),
    ships: opened.every(({ ships }) => ships),
  };
}

async function openOne(name: string, seed: number) {
  if (name === WRITTEN)
    return {
      examples: writtenExamples(seed),
      source: 'written: prompts of our own, lengths of the named settings (training split; derived statistics)',
      ships: true,
    };
  if (/\.jsonl\b/.test(name))
    return { examples: await readUserFile(name), source: `${name}: a file of the user`, ships: false };
  if (!Object.hasOwn(LENGTH_SETS, name))
    throw new Error(
      `unknown data ${JSON.stringify(name)}${didYouMean(name, [WRITTEN, ...Object.keys(LENGTH_SETS), 'FILE.jsonl'])}`,
    );
  const { read, summary, source, licence, ships } = LENGTH_SETS[name];
  return { examples: read(dataFolder()), source: `${name}: ${summary} (${source}, ${licence})`, ships };
}

/** So many of them in their order, drawn without replacement. */
function some(examples: readonly LengthExample[], most: number, seed: number): readonly LengthExample[] {
  if (examples.length <= most) return examples;
  const { next } = stream(seed, 'predictors/data');
  const lots = Float64Array.from(examples, next);
  const limit = lots.slice().sort()[most];
  return examples.filter((_, k) => lots[k] < limit);
}
