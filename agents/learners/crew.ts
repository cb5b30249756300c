/**
 * Environments that are stepped side by side for a learner, each beginning its next episode where one ends.
 *
 * An environment cannot be saved. But its episodes are functions of their seeds and the actions, so what is saved is which
 * episode it is in and what was done, and that is done again.
 */
import { type Columns, createColumns } from '../../env/gym/columns.js';
import type { Env } from '../../env/gym/env.js';
import { isBox } from '../../env/gym/spaces/box.js';
import type { Numbers } from '../../env/gym/spaces/space.js';
import { type RowEnv, tuplesInto } from '../../env/gym/vector/autoreset.js';
import { luck } from '../../env/random.js';
import type { Weights } from '../../predictors/weights.js';
import { type Choice, type ChoiceForm, choiceOf, formOf } from './choice.js';
import { FORESIGHT, foresee, type Insider } from './foresight.js';
import type { MakeEnv } from './learner.js';
import { type Reals, rowViews } from './math/reals.js';
import { type Arrays, savedValues } from './state.js';

type Shown = Columns<Numbers>;

export interface Crew {
  readonly count: number;
  /** Numbers in an observation. */
  readonly size: number;
  readonly form: ChoiceForm;
  /** Actions that masks tell of; 0 = none. */
  readonly maskWidth: number;
  /** What each environment shows now. */
  readonly now: Shown;
  /** What the last step led to: at an end the final observation, where `now` shows the next episode. */
  readonly reached: Shown;
  /** The truth of both [count × FORESIGHT] for a privileged critic; null unless asked for. */
  readonly truth: { readonly now: Float32Array; readonly reached: Float32Array } | null;
  readonly inside: readonly Insider[];
  /** Which episode each environment is in, and the sum of `elapsed` since it began. */
  readonly episode: Float64Array;
  readonly clock: Float64Array;
  /** Returns of the last hundred episodes, and how many have ended. */
  readonly returns: readonly number[];
  readonly episodes: number;
  /** Carries out the actions [count × width]. */
  step(actions: Float64Array): void;
  /** Begins episode `which` in environment i. */
  begin(i: number, which: number): void;
  save(): Arrays;
}

const REMEMBERED = 100;
/** Seeds are whole numbers below this. */
const SEEDS = 2 ** 31;

/** The seed of episode `which` in environment i. */
function episodeSeeds(seed: number, name: string): (i: number, which: number) => number {
  const draw = luck(seed, name);
  return (i, which) => Math.floor(SEEDS * draw(i, which));
}

/** NaN of none. */
export const meanOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? Number.NaN : numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

export interface CrewOptions {
  readonly seed: number;
  readonly from?: Weights;
  /** Whether to ask for the truth, too [false]. */
  readonly privileged?: boolean;
}

/**
 * Makes `count` environments, begins their first episodes, or those they were in, and closes them when `use` is done, whatever its end.
 * @throws Error if observations are not a Box, or actions nothing that learners choose from
 */
export async function withCrew<R>(
  makeEnv: MakeEnv,
  count: number,
  { seed, from, privileged = false }: CrewOptions,
  use: (crew: Crew) => Promise<R>,
): Promise<R> {
  const envs: Env[] = [];
  try {
    for (let i = 0; i < count; i++) envs.push(makeEnv(seed + i));
    return await use(createCrew(envs, seed, from, privileged));
  } finally {
    for (const env of envs) env.close();
  }
}

function createCrew(envs: readonly Env[], seed: number, from: Weights | undefined, privileged: boolean): Crew {
  const count = envs.length;
  const [{ observationSpace, actionSpace }] = envs;
  if (!isBox(observationSpace))
    throw new Error(
      `learners take observations that are a Box, not ${observationSpace}: wrap it in flattenObservation()`,
    );
  const size = observationSpace.low.length;
  const choice: Choice = choiceOf(formOf(actionSpace));
  const { width } = choice;
  const maskWidth = envs[0].actionMasks ? choice.outputs : 0;
  const rows = envs.map(
    (env): RowEnv => (env.resetInto && env.stepInto ? (env as unknown as RowEnv) : tuplesInto(env, [])),
  );
  const now = createColumns<unknown, Numbers>(observationSpace, count, maskWidth);
  const reached = createColumns<unknown, Numbers>(observationSpace, count, maskWidth);
  const observations = rowViews(reached.observation as Reals, size);
  const masks = reached.mask && rowViews(reached.mask, maskWidth);
  const inside = envs.map((env) => env.unwrapped as Insider);
  const truth = privileged
    ? { now: new Float32Array(count * FORESIGHT), reached: new Float32Array(count * FORESIGHT) }
    : null;
  const seedOf = episodeSeeds(seed, 'crew/episodes');
  const episode = new Float64Array(count);
  const clock = new Float64Array(count);
  const earned = new Float64Array(count);
  /** What was done in the episode each environment is in. */
  const done: number[][] = envs.map(() => []);
  const returns: number[] = [];
  let ended = 0;

  function begin(i: number, which: number): void {
    episode[i] = which;
    earned[i] = clock[i] = 0;
    done[i].length = 0;
    rows[i].resetInto(now, i, { seed: seedOf(i, which) });
    if (truth) foresee(inside[i], truth.now, i);
  }

  function show(i: number): void {
    now.observation.set(observations[i], i * size);
    if (masks) now.mask?.set(masks[i], i * maskWidth);
    truth?.now.set(truth.reached.subarray(i * FORESIGHT, (i + 1) * FORESIGHT), i * FORESIGHT);
  }

  function stepOne(i: number, actions: Float64Array): void {
    rows[i].stepInto(choice.action(actions, i), reached, i);
    for (let k = 0; k < width; k++) done[i].push(actions[i * width + k]);
    earned[i] += reached.reward[i];
    clock[i] += reached.elapsed[i];
    if (truth) foresee(inside[i], truth.reached, i);
    if ((reached.terminated[i] | reached.truncated[i]) === 0) {
      show(i);
      return;
    }
    returns.push(earned[i]);
    if (returns.length > REMEMBERED) returns.shift();
    ended++;
    begin(i, episode[i] + 1);
  }

  function replay(i: number, state: Weights): void {
    const [which, ...actions] = savedValues(state, `episode/${i}`);
    begin(i, which);
    const row = new Float64Array(count * width);
    for (let at = 0; at < actions.length; at += width) {
      for (let k = 0; k < width; k++) row[i * width + k] = actions[at + k];
      stepOne(i, row);
    }
    if (done[i].length !== actions.length)
      throw new Error(
        `environment ${i} ended an episode that had gone on: it does not repeat itself, or is another one`,
      );
  }

  const crew: Crew = {
    count,
    size,
    form: choice.form,
    maskWidth,
    now,
    reached,
    truth,
    inside,
    episode,
    clock,
    returns,
    get episodes() {
      return ended;
    },
    step(actions) {
      for (let i = 0; i < count; i++) stepOne(i, actions);
    },
    begin,
    save: () => ({
      ...Object.fromEntries(done.map((actions, i) => [`episode/${i}`, Float64Array.of(episode[i], ...actions)])),
      returns: Float64Array.of(ended, ...returns),
    }),
  };
  for (let i = 0; i < count; i++) from === undefined ? begin(i, 0) : replay(i, from);
  const masked = envs[0].actionMasks?.().length ?? 0; // known only within an episode
  if (masked !== maskWidth) throw new Error(`masks of ${masked} actions, expected ${maskWidth} for ${actionSpace}`);
  if (from !== undefined) {
    const [before, ...last] = savedValues(from, 'returns');
    ended = before;
    returns.splice(0, returns.length, ...last);
  }
  return crew;
}
