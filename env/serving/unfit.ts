/** Requests that can never fit: they are rejected when they arrive, unless the engine lets them wait for ever (`unfit: block`). */
import type { Rules } from './rules.js';
import { aloneBlocks } from './watermark.js';

/** What a request is too long for: its prompt fills the model length, or prompt and declared output can outgrow the KV pool. */
export type Unfit = 'model-length' | 'pool';

/**
 * Decided by what is known on arrival, so it is the same under every policy; null: it fits.
 * @param declared most tokens that it may generate, cut to the model length or not
 */
export function unfitFor(rules: Rules, prompt: number, declared: number): Unfit | null {
  const { unfit, maxModelLen, blockSize } = rules;
  if (unfit === 'block') return null;
  if (prompt >= maxModelLen) return 'model-length';
  const most = Math.min(prompt + declared, maxModelLen);
  return Math.ceil(most / blockSize) > aloneBlocks(rules) ? 'pool' : null;
}

/** Tokens that fit: of the prompt, or of prompt and declared output. */
export const longestFit = (rules: Rules, unfit: Unfit): number =>
  unfit === 'model-length' ? rules.maxModelLen - 1 : aloneBlocks(rules) * rules.blockSize;
