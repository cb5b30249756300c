/**
 * Splits by prompt and by model: a text is never in two parts, and some models answer in none but their own.
 *
 * The part of a text is a hash of its normal form (small letters, runs of everything but letters and digits as one space), so it is the
 * same in every set and every run, and sets that share prompts do not leak into each other. Likewise models, by name.
 */
import type { LengthExample } from '../../../predictors/length/model.js';

type Part = 'train' | 'validation' | 'test';

export interface SplitOptions {
  /** Shares of texts, each ≥ 0, together below 1 [.15 and .2]. */
  readonly validation?: number;
  readonly test?: number;
  /** Share of models that are held out [.2]. */
  readonly models?: number;
  /** Another split for every word [0]. */
  readonly seed?: number | string;
}

export interface Split {
  readonly train: LengthExample[];
  readonly validation: LengthExample[];
  /** Prompts never seen, models seen. */
  readonly test: LengthExample[];
  /** Prompts and models never seen. */
  readonly heldOut: LengthExample[];
  /** What held-out models answered to prompts of training: their past, never trained on. */
  readonly past: LengthExample[];
}

export const normalText = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** A number in [0, 1) that only the words decide. */
function shareOf(words: string): number {
  let [a, b] = [0x811c9dc5 | 0, 0x3c6ef372 | 0];
  for (let k = 0; k < words.length; k++) {
    a = Math.imul(a ^ words.charCodeAt(k), 0x01000193);
    b = Math.imul(b ^ a ^ (a >>> 13), 0x5bd1e995);
  }
  b = Math.imul(b ^ (b >>> 15), 0x85ebca6b);
  return ((b ^ (b >>> 13)) >>> 0) / 4294967296;
}

/** The part of a text. Requests without one go by all that is known of them. */
function partOf(example: LengthExample, options: SplitOptions = {}): Part {
  const { validation = 0.15, test = 0.2, seed = 0 } = options;
  const { text, promptTokens, declared, tenant = '' } = example;
  const known = text === undefined ? `no text/${promptTokens}/${declared}/${tenant}` : normalText(text);
  const share = shareOf(`prompt/${seed}/${known}`);
  return share < test ? 'test' : share < test + validation ? 'validation' : 'train';
}

const isHeldOut = (model: string | undefined, { models = 0.2, seed = 0 }: SplitOptions = {}): boolean =>
  model !== undefined && shareOf(`model/${seed}/${model}`) < models;

/** @throws Error if a share is no share */
export function split(examples: readonly LengthExample[], options: SplitOptions = {}): Split {
  const { validation = 0.15, test = 0.2, models = 0.2 } = options;
  for (const [name, share] of Object.entries({ validation, test, models, 'validation + test': validation + test })) {
    if (!(share >= 0 && share < 1)) throw new Error(`${name}: ${share}, expected a share from 0 to below 1`);
  }
  const parts: Split = { train: [], validation: [], test: [], heldOut: [], past: [] };
  const partOfText = new Map<string | undefined, Part>();
  const heldOut = new Map<string | undefined, boolean>();
  for (const example of examples) {
    const { text, model } = example;
    const part = (text !== undefined && partOfText.get(text)) || partOf(example, options);
    partOfText.set(text, part);
    const out = heldOut.get(model) ?? isHeldOut(model, options);
    heldOut.set(model, out);
    if (!out) parts[part].push(example);
    else if (part === 'test') parts.heldOut.push(example);
    else if (part === 'train') parts.past.push(example);
  }
  return parts;
}
