/**
 * What a policy chooses, and by which distribution the outputs of a network stand for it: `Discrete` and `MultiDiscrete` by
 * masked categoricals, `Box` by a Gaussian.
 */
import { isBox } from '../../env/gym/spaces/box.js';
import { isDiscrete } from '../../env/gym/spaces/discrete.js';
import { isMultiDiscrete } from '../../env/gym/spaces/multi-discrete.js';
import type { Space } from '../../env/gym/spaces/space.js';
import type { Weights } from '../../predictors/weights.js';
import { gaussianChoice, type Seats } from './gaussian-choice.js';
import { categoricalDraw, categoricalMode, sharesOf } from './math/categorical.js';
import { addMultiGradient, multiEntropy, multiLogProb, multiLogSoftmax } from './math/multi-categorical.js';
import type { Reals } from './math/reals.js';

/** The form of an action; plain data, kept with the weights of a policy. */
export type ChoiceForm =
  | {
      readonly choice: 'discrete' | 'multi-discrete';
      readonly sizes: readonly number[];
      readonly starts: readonly number[];
    }
  | BoxForm;

export interface BoxForm {
  readonly choice: 'box';
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** @throws Error for spaces of another kind */
export function formOf(space: Space): ChoiceForm {
  if (isDiscrete(space)) return { choice: 'discrete', sizes: [space.n], starts: [space.start] };
  if (isMultiDiscrete(space)) return { choice: 'multi-discrete', sizes: [...space.nvec], starts: [...space.start] };
  if (!isBox(space)) throw new Error(`learners choose from Discrete, MultiDiscrete or Box, not from ${space}`);
  const most = 2 ** 127; // what a file can hold of infinity
  const finite = (bound: number): number => Math.min(most, Math.max(-most, bound));
  return { choice: 'box', low: Array.from(space.low, finite), high: Array.from(space.high, finite) };
}

/** The form that a saved policy has. @throws Error if its settings hold none */
export function formIn({ settings }: Weights): ChoiceForm {
  const { choice, sizes, starts, low, high } = settings as Record<string, unknown>;
  const lists = (choice === 'box' ? [low, high] : [sizes, starts]) as (readonly number[])[];
  const known = choice === 'discrete' || choice === 'multi-discrete' || choice === 'box';
  if (!known || !lists.every((list) => Array.isArray(list) && list.length === lists[0].length && list.length > 0))
    throw new Error(`weights have ${JSON.stringify(choice)} as setting "choice", expected those of a policy`);
  if (choice === 'box') return { choice, low: lists[0], high: lists[1] };
  return { choice, sizes: lists[0], starts: lists[1] };
}

/** Where draws come from: a stream, or something that holds normal draws for as long as it likes. */
export interface Draws {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal, for number k of an action [two uniform ones, anew each time]. */
  normal?(row: number, k: number): number;
}

/** A distribution over actions of one form. Rows of outputs, masks and actions belong together. */
export interface Choice {
  readonly form: ChoiceForm;
  /** Numbers of a network's output that a row takes. */
  readonly outputs: number;
  /** Numbers in an action. */
  readonly width: number;
  /** Writes an action, by `draws` or without them the likeliest; returns its log-probability. */
  choose(outputs: Reals, mask: Uint8Array | null, row: number, draws: Draws | null, actions: Float64Array): number;
  /** Log-probability of an action; `entropy` then is that of its row. */
  logProb(outputs: Reals, mask: Uint8Array | null, row: number, actions: Float64Array): number;
  readonly entropy: number;
  /** Adds `byLogProb`·∂log p + `byEntropy`·∂H to the gradients of a row whose log-probability was asked, of these outputs and actions. */
  addGradient(row: number, byLogProb: number, byEntropy: number, slope: Reals, logSdGradient: Reals | null): void;
  /** The action of a row as an environment takes it; arrays are borrowed until the next call. */
  action(actions: Float64Array, row: number): unknown;
}

export interface ChoiceOptions {
  /** Of a box: the array that training changes, or that was saved [0s]. */
  readonly logSd?: Reals;
  /** Where a box is made of slots. */
  readonly seats?: Seats;
  /** Most rows of a batch [1]. */
  readonly rows?: number;
}

export const choiceOf = (form: ChoiceForm, { logSd, seats, rows = 1 }: ChoiceOptions = {}): Choice =>
  form.choice === 'box'
    ? gaussianChoice(form, logSd ?? new Float32Array(form.low.length), seats)
    : categoricalChoice(form, rows);

function categoricalChoice(form: Exclude<ChoiceForm, BoxForm>, rows: number): Choice {
  const { sizes, starts, choice } = form;
  const total = sizes.reduce((sum, n) => sum + n, 0);
  const width = sizes.length;
  const logProbs = new Float64Array(rows * total);
  const shares = new Float64Array(rows * total);
  const slopes = new Float64Array(rows * total);
  const whole = new Int32Array(width);
  const chosen = { actions: new Float64Array(0) as ArrayLike<number>, first: 0, byLogProb: 0, byEntropy: 0 };
  let last = 0; // where the row begins that was asked about

  function load(outputs: Reals, mask: Uint8Array | null, row: number): void {
    last = row * total;
    multiLogSoftmax(outputs, mask, last, sizes, logProbs);
  }

  return {
    form,
    outputs: total,
    width,
    choose(outputs, mask, row, draws, actions) {
      load(outputs, mask, row);
      if (draws !== null) sharesOf(logProbs, last, total, shares);
      for (let part = 0, from = last; part < width; from += sizes[part++])
        actions[row * width + part] =
          draws === null
            ? categoricalMode(logProbs, from, sizes[part])
            : categoricalDraw(shares, from, sizes[part], draws.next());
      return multiLogProb(logProbs, last, sizes, actions, row * width);
    },
    logProb(outputs, mask, row, actions) {
      load(outputs, mask, row);
      sharesOf(logProbs, last, total, shares);
      chosen.actions = actions;
      return multiLogProb(logProbs, last, sizes, actions, row * width);
    },
    get entropy() {
      return multiEntropy(logProbs, shares, last, sizes);
    },
    addGradient(row, byLogProb, byEntropy, slope) {
      const [from, to] = [row * total, (row + 1) * total];
      slopes.fill(0, from, to);
      chosen.first = row * width;
      chosen.byLogProb = byLogProb;
      chosen.byEntropy = byEntropy;
      addMultiGradient(logProbs, shares, from, sizes, chosen, slopes);
      for (let j = from; j < to; j++) slope[j] += slopes[j];
    },
    action(actions, row) {
      if (choice === 'discrete') return starts[0] + actions[row];
      for (let part = 0; part < width; part++) whole[part] = starts[part] + actions[row * width + part];
      return whole;
    },
  };
}
