/** Trains the network of `gru.ts` on generated requests of a proposer, both sets: nothing recorded is read. */
import { type Seed, shuffle, stream } from '../../env/random.js';
import type { Proposing } from '../../env/workloads/acceptance/replayed.js';
import { fitGru, type GruOptions, type Sequences } from '../gru-fit.js';
import type { ModelFile } from '../model-file.js';
import type { Seen } from './estimator.js';
import { type AcceptanceFit, fitAcceptance } from './fit.js';
import { type DraftKind, generatedRequests, RECORDED_SETS } from './generated.js';
import { GRU_KIND, INPUTS, inputsOn } from './gru.js';
import { stepsAhead } from './ladder.js';
import { Track, trackOn } from './level.js';
import { type RecordedRequest, replay } from './recorded.js';
import { shrunk } from './shrinkage.js';

/** Verifications of a request that it learns from. */
const STEPS = 48;
const REQUESTS = 2000;
/** γ of a replay, by request in turn. */
const DRAFTS: readonly number[] = [3, 5, 1, 4, 3, 2, 5, 7];
/** When drafts are offered, likewise: n-gram proposers also as engines have them. */
const PROPOSING: Readonly<Record<DraftKind, readonly Proposing[]>> = {
  eagle: ['always'],
  ngram: ['always', 'while-copying'],
};

export interface TrainGruOptions extends Omit<GruOptions, 'seed'> {
  /** Requests of each set [2,000]. */
  readonly requests?: number;
}

/** Trains the network: the same bytes for a seed, options and backend. */
export async function trainAcceptance(
  draft: DraftKind,
  seed: number,
  { requests = REQUESTS, ...options }: TrainGruOptions = {},
): Promise<ModelFile> {
  const training = sequencesOf(draft, requests, `${seed}/training`);
  const validation = sequencesOf(draft, Math.ceil(requests / 4), `${seed}/validation`);
  const {
    weights,
    validation: loss,
    epochs,
    backend,
  } = await fitGru(training, validation, {
    hidden: 16,
    batch: 128,
    rate: 0.004,
    epochs: 40,
    patience: 6,
    ...options,
    seed,
  });
  const changed =
    requests === REQUESTS && Object.keys(options).every((name) => WATCHING.has(name)) ? '' : ' (other options)';
  return {
    kind: GRU_KIND,
    features: 0,
    card: {
      name: `acceptance-gru-${draft}-v0`,
      summary: 'corrects the level of a request on the acceptance ladder, verification by verification',
      data: [
        `${2 * requests} requests of the ${draft} generators in env/workloads/derived/acceptance.json, which were fitted to SpecDecode-Bench (arXiv 2601.11580); nothing recorded`,
      ],
      command: `servegym predictor train --target acceptance --draft ${draft} --seed ${seed}${changed}`,
      seed,
      backend,
      measured: { validation: loss, epochs },
      limits: [
        'recorded requests say little more to it than to shrinkage (experiments/predictors/acceptance)',
        'made for chains of up to 7 drafts',
      ],
    },
    weights,
  };
}

/** Options that leave the result as it is. */
const WATCHING: ReadonlySet<string> = new Set(['signal', 'onProgress', 'checkpoint', 'from']);

function sequencesOf(draft: DraftKind, count: number, seed: Seed): Sequences {
  const chosen = RECORDED_SETS.flatMap((set) => {
    const requests = generatedRequests(draft, set, count, seed);
    return PROPOSING[draft].flatMap((proposing, turn) => {
      const fitOf = (drafts: number): AcceptanceFit =>
        fitAcceptance(requests, { drafts: [drafts], after: [16], proposing });
      const fits = new Map(DRAFTS.map((drafts) => [drafts, fitOf(drafts)]));
      return requests
        .map((request, k) => {
          const drafts = DRAFTS[k % DRAFTS.length];
          return { request, drafts, proposing, fit: fits.get(drafts) as AcceptanceFit };
        })
        .filter((_, k) => Math.floor(k / DRAFTS.length) % PROPOSING[draft].length === turn)
        .filter((one) => one.request.commits.length > 2 * (one.drafts + 1) && verificationsOf(one).length > 1);
    });
  });
  shuffle(chosen, stream(seed, 'order of requests'));
  const rows = chosen.length;
  const sequences: Sequences = {
    rows,
    steps: STEPS,
    width: INPUTS,
    inputs: new Float32Array(rows * STEPS * INPUTS),
    targets: new Float32Array(rows * STEPS),
    weights: new Float32Array(rows * STEPS),
  };
  chosen.forEach((one, row) => {
    writeSequence(sequences, row, one);
  });
  return sequences;
}

interface Chosen {
  readonly request: RecordedRequest;
  readonly drafts: number;
  readonly proposing: Proposing;
  readonly fit: AcceptanceFit;
}

function verificationsOf({ request, drafts, proposing }: Omit<Chosen, 'fit'>): Seen[] {
  const list: Seen[] = [];
  replay(request, drafts, proposing, (position, proposed, accepted) => {
    if (proposed > 0) list.push({ verifications: 1, proposed, accepted, position });
  });
  return list;
}

/**
 * After each verification the target is ln(steps that came/steps that the shrunk level foretold); its squares count little where
 * few steps are left, since there it is mostly luck.
 */
function writeSequence(out: Sequences, row: number, chosen: Chosen): void {
  const { request, drafts, proposing, fit } = chosen;
  const { length } = request.commits;
  const track = new Float64Array(Track.width);
  const see = trackOn(fit.ladder);
  const write = inputsOn(fit.ladder, fit.shrinkage);
  const verifications = verificationsOf(chosen);
  let right = verifications.reduce((sum, { accepted }) => sum + accepted, 0);
  for (let step = 0; step < Math.min(STEPS, verifications.length - 1); step++) {
    const seen = verifications[step];
    const at = row * STEPS + step;
    write(seen, out.inputs, at * INPUTS);
    see(track, seen);
    right -= seen.accepted;
    const from = seen.position + 1 + seen.accepted;
    const left = verifications.length - step - 1;
    // As if drafts were offered at every step, which is what the ladder counts.
    const came = proposing === 'always' ? left : (length - from) / (1 + right / left);
    const foretold = stepsAhead(fit.ladder, from, length, shrunk(track, fit.shrinkage.stiffness), drafts);
    out.targets[at] = Math.log(came / foretold);
    out.weights[at] = Math.min(1, left / 32);
  }
}
