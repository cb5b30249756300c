/** Lengths by name, with their parameters as data: what settings and the command line choose from. */
import { readData } from '../../files.js';
import { defaults, number, type Parameters, text, type Values, type ValuesOf, whole } from '../../parameters.js';
import { histogramLengths, type LengthHistogram } from './histogram.js';
import {
  constantLength,
  independentLengths,
  lognormalLength,
  powerLawLength,
  type QuantileTable,
  quantileLength,
} from './marginals.js';
import type { LengthSampler } from './sampler.js';
import { lengthSampler, lengthSets } from './statistics.js';

/** Lengths that can be named. */
export interface NamedLengths {
  readonly summary: string;
  readonly parameters: Parameters;
  /**
   * @param values of its parameters; those left out take their defaults
   * @throws RangeError or Error naming the value, or the file, that is not allowed
   */
  make(values?: Values): LengthSampler;
}

function kind<const P extends Parameters>(
  summary: string,
  parameters: P,
  make: (values: ValuesOf<P>) => LengthSampler,
): NamedLengths {
  return { summary, parameters, make: (values = {}) => make({ ...defaults(parameters), ...values } as ValuesOf<P>) };
}

const LONGEST = 10_000_000;
const tokens = (value: number, doc: string) => whole(value, 1, LONGEST, `${doc}, tokens`);
const cv = (value: number, doc: string) => number(value, 0.001, 100, `standard deviation / mean of ${doc}`);
const alpha = (doc: string) => number(1.1, 0.01, 100, `tail index of ${doc}: heavy below 2`);

export const lengthKinds: Readonly<Record<string, NamedLengths>> = {
  azure: kind('Azure conversations: prompts 1,155, outputs 211 in the mean', {}, () =>
    lengthSampler(lengthSets.azure()),
  ),
  sharegpt: kind('ShareGPT conversations: prompts 299, outputs 324', {}, () => lengthSampler(lengthSets.sharegpt())),
  arxiv: kind('arXiv papers to summarise: prompts 2,588, outputs 291', {}, () => lengthSampler(lengthSets.arxiv())),
  constant: kind(
    'all requests alike',
    { prompt: tokens(512, 'prompts'), output: tokens(128, 'outputs') },
    ({ prompt, output }) => independentLengths(constantLength(prompt), constantLength(output)),
  ),
  lognormal: kind(
    'two independent lognormal lengths',
    {
      prompt: tokens(1024, 'mean prompt'),
      promptCv: cv(1, 'prompts'),
      output: tokens(256, 'mean output'),
      outputCv: cv(1, 'outputs'),
    },
    ({ prompt, promptCv, output, outputCv }) =>
      independentLengths(
        lognormalLength({ mean: prompt, cv: promptCv }),
        lognormalLength({ mean: output, cv: outputCv }),
      ),
  ),
  'power-law': kind(
    'two independent bounded Pareto lengths',
    {
      promptLeast: tokens(64, 'shortest prompt'),
      promptMost: tokens(8192, 'longest prompt'),
      promptAlpha: alpha('prompts'),
      outputLeast: tokens(16, 'shortest output'),
      outputMost: tokens(4096, 'longest output'),
      outputAlpha: alpha('outputs'),
    },
    (v) =>
      independentLengths(
        powerLawLength({ least: v.promptLeast, most: v.promptMost, alpha: v.promptAlpha }),
        powerLawLength({ least: v.outputLeast, most: v.outputMost, alpha: v.outputAlpha }),
      ),
  ),
  quantiles: kind(
    'independent lengths from your own quantile tables',
    { file: text('', 'JSON or YAML: { prompt: { probabilities: […], tokens: […] }, output: … }') },
    ({ file }) => {
      const { prompt, output } = readTable<Record<'prompt' | 'output', QuantileTable>>(file, 'prompt', 'output');
      return independentLengths(quantileLength(prompt), quantileLength(output));
    },
  ),
  histogram: kind(
    'joint lengths from your own histogram',
    { file: text('', 'JSON or YAML: { promptEdges: […], outputEdges: […], counts: [[…], …] }') },
    ({ file }) => histogramLengths(readTable<LengthHistogram>(file, 'promptEdges', 'outputEdges', 'counts')),
  ),
};

/** @throws Error that names the file and the keys it should have, or what in it is no list of numbers */
function readTable<Table>(file: string, ...keys: (string & keyof Table)[]): Table {
  if (file === '') throw new Error('lengths: file is empty, expected the name of a JSON or YAML file');
  const data = readData(file);
  const isTable = (value: unknown): boolean =>
    typeof value === 'number' || (typeof value === 'object' && value !== null && Object.values(value).every(isTable));
  const missing = keys.filter((key) => !isTable((data as Partial<Table> | null)?.[key]));
  if (missing.length > 0) throw new Error(`${file}: expected numbers under ${missing.join(', ')}, found none`);
  return data as Table;
}
