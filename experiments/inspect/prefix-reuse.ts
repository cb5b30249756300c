/**
 * How much of the prompts a prefix cache that forgets nothing would find: everything that came before is in it, prompts and
 * their answers, as if each answer were there at once. An upper bound for any real cache.
 */
import type { TraceRow } from '../../env/workloads/traces/row.js';
import { createBoundedMap } from './bounded-map.js';

export interface ReuseSummary {
  /** Share of all prompt tokens that a cache would hit. */
  readonly tokens: number;
  /** Share of all blocks of `blockTokens`; the last block of a prompt may be partly filled, and is hit only if the whole prompt is. */
  readonly blocks: number;
  readonly blockTokens: number;
  /** Share of requests that find more than half of their prompt. */
  readonly mostlyHit: number;
  /** 1 = every prefix is remembered. Of a file with too many of them only this share is, drawn by hash, and the figures are estimates. */
  readonly sampled: number;
}

export interface PrefixReuse {
  /** Returns the tokens of the prompt that are found, then remembers it. */
  add(row: TraceRow): number;
  /** Undefined if no row says what its prompt is. */
  summary(): ReuseSummary | undefined;
}

/** A prefix is the chain of all segments up to one; two are equal if all names and lengths are. */
interface Chain {
  a: number;
  b: number;
}

/**
 * Remembers by prefix the most tokens seen of the segment behind it, so a prompt is compared in the time its segments take,
 * however long they are. When there are too many prefixes, the half with the larger hashes is forgotten and no longer
 * counted, and so on (spatial sampling: Waldspurger et al., SHARDS, FAST 2015).
 * @param most prefixes to remember; 32 bytes each
 */
export function createPrefixReuse(blockTokens: number, most = 2 ** 21): PrefixReuse {
  const longest = createBoundedMap(most);
  let sampled = 1;
  let known = false;
  let [prompts, tokens, hitTokens, blocks, hitBlocks, mostlyHit] = [0, 0, 0, 0, 0, 0];

  const isSampled = (key: number): boolean => key % SCALE < sampled * SCALE;

  function remember(key: number, length: number): void {
    while (isSampled(key) && !longest.set(key, length)) {
      sampled /= 2;
      longest.retain(isSampled);
    }
  }

  function add({ promptTokens, outputTokens, segments, answer }: TraceRow): number {
    const chain = { a: 0x243f6a88, b: 0x13198a2e };
    let looked = 0;
    let found = 0;
    for (const [name, length] of segments ?? []) {
      if (length === 0) continue;
      const key = nextKey(chain, name);
      if (isSampled(key)) {
        const before = longest.get(key) ?? 0;
        looked += length;
        found += Math.min(length, before);
        if (before < length) remember(key, length);
      }
      stir(chain, length);
    }
    if (segments && answer !== undefined) {
      const key = nextKey(chain, answer);
      if (isSampled(key) && (longest.get(key) ?? 0) < outputTokens) remember(key, outputTokens);
    }
    known ||= segments !== undefined;
    if (segments && looked === 0) return 0; // none of its prefixes is in the sample
    const hit = segments ? Math.round((found / looked) * promptTokens) : 0;
    const ofPrompt = Math.ceil(promptTokens / blockTokens);
    prompts++;
    tokens += promptTokens;
    hitTokens += hit;
    blocks += ofPrompt;
    hitBlocks += hit === promptTokens ? ofPrompt : Math.floor(hit / blockTokens);
    if (2 * hit > promptTokens) mostlyHit++;
    return hit;
  }

  return {
    add,
    summary: () =>
      known
        ? {
            tokens: hitTokens / tokens,
            blocks: hitBlocks / blocks,
            blockTokens,
            mostlyHit: mostlyHit / prompts,
            sampled,
          }
        : undefined,
  };
}

/** The low bits of a key decide whether it is sampled. */
const SCALE = 2 ** 32;

/** The key of the segment `name` behind a chain: a whole number below 2^53. */
function nextKey(chain: Chain, name: string): number {
  for (let k = 0; k < name.length; k++) stir(chain, name.charCodeAt(k));
  stir(chain, -1);
  return (chain.b & 0x1fffff) * 4294967296 + (chain.a >>> 0);
}

/** Mixes a value into both halves; each half takes part in the other. */
function stir(chain: Chain, value: number): void {
  const a = Math.imul(chain.a ^ value, 0x9e3779b1);
  const b = Math.imul(chain.b + value, 0x85ebca6b) ^ (a >>> 15);
  chain.a = Math.imul(a ^ (b >>> 13), 0xc2b2ae35) ^ (b >>> 16);
  chain.b = Math.imul(b ^ (chain.a >>> 14), 0x27d4eb2f);
}
