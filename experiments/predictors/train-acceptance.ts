/** Trains what predicts acceptance: the network, and the statistics of recorded requests that ship. */
import type { DraftKind } from '../../predictors/acceptance/generated.js';
import { GRU_KIND } from '../../predictors/acceptance/gru.js';
import { shippedText } from '../../predictors/acceptance/shipped.js';
import { trainAcceptance } from '../../predictors/acceptance/train-gru.js';
import type { ModelFile } from '../../predictors/model-file.js';
import { recordedRequests } from './acceptance/requests.js';
import { checkpointsIn } from './checkpoint.js';
import { dataFolder } from './open-data.js';
import type { Training } from './train.js';

/** The network of a proposer, from the generators that were fitted to recorded requests: needs no file. */
export function trainNetwork(draft: DraftKind, seed: number, run: Training): Promise<ModelFile> {
  const card = {
    name: `acceptance-gru-${draft}`,
    summary: 'unfinished',
    data: [],
    command: `${draft}, seed ${seed}`,
    seed,
    backend: run.backend,
    measured: {},
    limits: [],
  };
  const kept = checkpointsIn(run.checkpoint, { kind: GRU_KIND, features: 0, card }, run.resume, run.note);
  return trainAcceptance(draft, seed, { ...kept, signal: run.signal, onProgress: run.onProgress });
}

/** The text of `predictors/models/acceptance.json`. @throws Error that names the file of recorded requests which is missing */
export async function populationText(): Promise<string> {
  const of = async (draft: DraftKind) => ({
    sharegpt: await recordedRequests(dataFolder(), draft, 'sharegpt'),
    gsm8k: await recordedRequests(dataFolder(), draft, 'gsm8k'),
  });
  return shippedText({ eagle: await of('eagle'), ngram: await of('ngram') });
}
