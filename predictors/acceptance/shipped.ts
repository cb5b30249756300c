/** Ladders and coefficients that ship: statistics of the recorded requests of SpecDecode-Bench, and the network for them. */
import { packageFile, readData } from '../../env/files.js';
import type { Proposing } from '../../env/workloads/acceptance/replayed.js';
import { readModelFile } from '../model-file.js';
import type { Weights } from '../weights.js';
import { curve } from './curve.js';
import type { Estimator } from './estimator.js';
import { type AcceptanceFit, type FitOptions, fitAcceptance } from './fit.js';
import type { DraftKind, RecordedSet } from './generated.js';
import { GRU_KIND, gru } from './gru.js';
import type { RecordedRequest } from './recorded.js';
import { regression } from './regression.js';
import { shrinkage } from './shrinkage.js';

const FILE = 'predictors/models/acceptance.json';
const NETWORK: Readonly<Record<DraftKind, string>> = {
  eagle: 'predictors/models/acceptance-gru-eagle.json',
  ngram: 'predictors/models/acceptance-gru-ngram.json',
};

/** When each proposer offers drafts in an engine: A is accepted over *proposed* drafts. */
const PROPOSING: Readonly<Record<DraftKind, Proposing>> = { eagle: 'always', ngram: 'while-copying' };

/** How what ships was fitted: one ladder for all draft lengths. */
const shippedOptions = (draft: DraftKind): FitOptions => ({
  drafts: [1, 3, 5, 7],
  after: [8, 16, 32],
  proposing: PROPOSING[draft],
});

/** Content of the file. */
interface ShippedFits {
  readonly what: string;
  readonly source: string;
  readonly licence: string;
  readonly method: string;
  readonly fits: Readonly<Record<DraftKind, Readonly<Record<RecordedSet, AcceptanceFit>>>>;
}

/** The text of `models/acceptance.json`, from the recorded requests. */
export function shippedText(
  requests: Readonly<Record<DraftKind, Readonly<Record<RecordedSet, readonly RecordedRequest[]>>>>,
): string {
  const fitOf = (draft: DraftKind, set: RecordedSet): AcceptanceFit =>
    fitAcceptance(requests[draft][set], shippedOptions(draft));
  const bySet = (draft: DraftKind) => ({ sharegpt: fitOf(draft, 'sharegpt'), gsm8k: fitOf(draft, 'gsm8k') });
  const content: ShippedFits = {
    what: 'Acceptance of drafts by output position and depth (logits), how much a request departs from it, and what foretells that',
    source:
      'SpecDecode-Bench, github.com/SpecDecode-Bench/simulator at 2fdccbd61b62be339fb85fd90caf43f5e8392aa6, data/llama3.1-8B (Llama-3.1-8B-Instruct on H100), arXiv 2601.11580',
    licence: 'no licence file in the repository; only statistics and fitted coefficients are contained here',
    method:
      'predictors/acceptance/fit.ts on replays from output position 1 at 1, 3, 5 and 7 drafts, judged after 8, 16 and 32 verifications; answers up to 4,096 tokens; the n-gram proposer offers drafts while it copies',
    fits: { eagle: bySet('eagle'), ngram: bySet('ngram') },
  };
  return `${JSON.stringify(content, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value), 1)}\n`;
}

let fits: ShippedFits['fits'] | undefined;
const networks: Partial<Record<DraftKind, Weights>> = {};

/** @throws Error naming the file if it is no network of this kind */
export function readNetwork(file: string): Weights {
  const { kind, weights } = readModelFile(file);
  if (kind !== GRU_KIND) throw new Error(`${file}: is a model of kind "${kind}", expected "${GRU_KIND}"`);
  return weights;
}

/** The network that ships for a proposer. */
export function shippedNetwork(draft: DraftKind): Weights {
  networks[draft] ??= readNetwork(packageFile(NETWORK[draft]));
  return networks[draft];
}

export type ShippedName = 'curve' | 'shrinkage' | 'regression' | 'gru';

/** An estimator that ships, by name and the recorded population that it knows. */
export function shipped(
  name: ShippedName,
  { draft, set }: { readonly draft: DraftKind; readonly set: RecordedSet },
): Estimator {
  fits ??= (readData(packageFile(FILE)) as ShippedFits).fits;
  const fit = fits[draft][set];
  if (name === 'curve') return curve(fit.ladder, fit.off);
  if (name === 'shrinkage') return shrinkage(fit.ladder, fit.shrinkage);
  if (name === 'regression') return regression(fit.ladder, fit.regression);
  return gru(fit.ladder, fit.shrinkage, shippedNetwork(draft));
}
