/** Fits curve, shrinkage and regression to recorded requests: what each would have had to say after its first steps. */
import type { Proposing } from '../../env/workloads/acceptance/replayed.js';
import { leastAbsolute } from './absolute-fit.js';
import { curve } from './curve.js';
import type { AcceptanceBelief, Estimator, Standing } from './estimator.js';
import { fitLadder, type Ladder, type Moments, momentsAt, stepsAhead } from './ladder.js';
import { Track, trackOn } from './level.js';
import { type RecordedRequest, replay } from './recorded.js';
import { CUES, type Regression, regression, writeCues } from './regression.js';
import { type Shrinkage, shrinkage, shrunk } from './shrinkage.js';

/** A ladder and what was learnt of levels on it. Plain data. */
export interface AcceptanceFit {
  readonly ladder: Ladder;
  /** Standard deviation of levels over requests. */
  readonly off: number;
  readonly shrinkage: Shrinkage;
  readonly regression: Regression;
}

export interface FitOptions {
  /** γ of the replays. */
  readonly drafts: readonly number[];
  /** Steps after which beliefs are judged. */
  readonly after: readonly number[];
  /** ['always'] */
  readonly proposing?: Proposing;
}

/** A request at a moment: what was seen until then, and what came. */
interface Look {
  readonly track: Float64Array;
  readonly standing: Standing;
  /** Steps to the end, as if drafts were offered at every one of them. */
  readonly stepsLeft: number;
}

/** Looks at every request at each γ after so many steps with drafts, if at least one more came. */
function looksAt(requests: readonly RecordedRequest[], ladder: Ladder, options: FitOptions): Look[] {
  const { drafts, after, proposing = 'always' } = options;
  const see = trackOn(ladder);
  const looks: Look[] = [];
  for (const request of requests) {
    const { length } = request.commits;
    for (const gamma of drafts) {
      const track = new Float64Array(Track.width);
      const mine: { track: Float64Array; standing: Standing; verified: number; right: number }[] = [];
      let verified = 0;
      let right = 0;
      replay(request, gamma, proposing, (position, proposed, accepted) => {
        if (proposed === 0) return;
        if (after.includes(verified)) {
          const standing = { generated: position, length, promptTokens: request.promptTokens, drafts: gamma };
          mine.push({ track: track.slice(), standing, verified, right });
        }
        see(track, { verifications: 1, proposed, accepted, position });
        verified++;
        right += accepted;
      });
      for (const { track, standing, ...then } of mine) {
        const steps = verified - then.verified;
        const atEveryStep = (length - standing.generated) / (1 + (right - then.right) / steps);
        looks.push({ track, standing, stepsLeft: proposing === 'always' ? steps : atEveryStep });
      }
    }
  }
  return looks;
}

/** Relative error of the predicted remaining steps, mean over looks. */
const meanError = (ladder: Ladder, looks: readonly Look[], level: (look: Look) => number): number =>
  looks.reduce((sum, look) => sum + Math.abs(stepsAt(ladder, look, level(look)) / look.stepsLeft - 1), 0) /
  looks.length;

const stepsAt = (ladder: Ladder, { standing: { generated, length, drafts } }: Look, level: number): number =>
  stepsAhead(ladder, generated, length, level, drafts);

/**
 * @throws Error if no request has as many steps as asked for
 */
export function fitAcceptance(requests: readonly RecordedRequest[], options: FitOptions): AcceptanceFit {
  const ladder = fitLadder(requests, options.drafts, options.proposing);
  const looks = looksAt(requests, ladder, options);
  if (looks.length === 0)
    throw new Error(
      `acceptance: none of ${requests.length} requests has more than ${Math.min(...options.after)} steps`,
    );
  const stiffness = softest((kappa) => meanError(ladder, looks, ({ track }) => shrunk(track, kappa)));
  const line = fitCoefficients(ladder, looks, stiffness);
  const off = fitOff(looks, (value) => curve(ladder, value));
  return {
    ladder,
    off,
    shrinkage: { stiffness, off: fitOff(looks, (value) => shrinkage(ladder, { stiffness, off: value })) },
    regression: {
      stiffness,
      ...line,
      off: fitOff(looks, (value) => regression(ladder, { stiffness, ...line, off: value })),
    },
  };
}

/** κ with the least error, by a search over a grid of its logarithm: the error has more than one valley. */
function softest(error: (kappa: number) => number): number {
  let best = 1;
  let least = Infinity;
  for (let k = 0; k <= 60; k++) {
    const kappa = 0.5 * 1.15 ** k;
    const here = error(kappa);
    if (here < least) [best, least] = [kappa, here];
  }
  return best;
}

/** Coefficients with the least mean error of the remaining steps, from those of the shrunk level alone. */
function fitCoefficients(
  ladder: Ladder,
  looks: readonly Look[],
  stiffness: number,
): Pick<Regression, 'coefficients' | 'least' | 'most'> {
  const moments: Moments = { mean: 0, variance: 0, slope: 0 };
  const cues = looks.map(({ track, standing }) => {
    const row = new Float64Array(CUES);
    writeCues(track, standing, stiffness, row);
    return row;
  });
  const coefficients = leastAbsolute(cues, [0, 1, 0, 0, 0, 0], (k, level) => {
    const { generated, length, drafts } = looks[k].standing;
    momentsAt(ladder, (generated + length) / 2, level, drafts, moments);
    const predicted = stepsAt(ladder, looks[k], level) / looks[k].stepsLeft;
    return { error: predicted - 1, slope: (-predicted * moments.slope) / (1 + moments.mean) };
  });
  const at = (share: number): number[] =>
    coefficients.map((_, j) => {
      const values = cues.map((row) => row[j]).sort((a, b) => a - b);
      return values[Math.floor(share * (values.length - 1))];
    });
  return { coefficients, least: at(OUTSIDE), most: at(1 - OUTSIDE) };
}

/** Share of looks at either end whose cues are taken to be less extreme than they are. */
const OUTSIDE = 0.01;

/** The standard deviation of levels at which errors of A are, in the mean of squares, as large as the spread says. */
function fitOff(looks: readonly Look[], make: (off: number) => Estimator): number {
  const belief: AcceptanceBelief = { share: 0, spread: 0 };
  const excess = (off: number): number => {
    const estimator = make(off);
    let sum = 0;
    for (const { track, standing, stepsLeft } of looks) {
      estimator.believe(track, standing, belief);
      const came = ((standing.length - standing.generated) / stepsLeft - 1) / standing.drafts;
      sum += ((came - belief.share) / belief.spread) ** 2;
    }
    return sum / looks.length - 1;
  };
  let low = 0;
  let high = 5;
  if (excess(low) <= 0) return low;
  for (let round = 0; round < 30; round++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
