/** Named streams of random numbers, and luck that belongs to a key instead of to the order of calls. */
import seedrandom from 'seedrandom';

/** What a seed may be: a number or a word. */
export type Seed = number | string;

/**
 * A sequential generator (xoshiro128**, Blackman and Vigna 2018). Its whole state is four integers, so saving, restoring
 * and forking is a copy of `state`.
 */
export interface Stream {
  readonly state: Int32Array;
  /** Uniform in [0, 1) with 32 random bits. */
  next(): number;
}

/** Writes the four-integer state named by `seed` and `name` (seedrandom turns names into numbers). */
function seedState(state: Int32Array, seed: Seed, name: string): void {
  const source = seedrandom(`${seed}/${name}`);
  for (let k = 0; k < 4; k++) state[k] = source.int32();
  if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1; // the all-zero state is a fixed point
}

/**
 * The stream called `name` under `seed`: the same pair gives the same numbers, different names are independent.
 * @param state where its four integers live (a fresh array unless given, e.g. by an episode that saves it)
 */
export function stream(seed: Seed, name: string, state: Int32Array = new Int32Array(4)): Stream {
  seedState(state, seed, name);
  return {
    state,
    next() {
      const s1 = state[1];
      let out = Math.imul(s1, 5);
      out = Math.imul((out << 7) | (out >>> 25), 9);
      const t = s1 << 9;
      const s2 = state[2] ^ state[0];
      const s3 = state[3] ^ s1;
      state[1] = s1 ^ s2;
      state[0] ^= s3;
      state[2] = s2 ^ t;
      state[3] = (s3 << 11) | (s3 >>> 21);
      return (out >>> 0) / 4294967296;
    },
  };
}

/** Brings a list into a new order, every one equally likely (Fisher and Yates); returns it. */
export function shuffle<List extends { readonly length: number; [k: number]: unknown }>(
  list: List,
  { next }: Stream,
): List {
  for (let k = list.length - 1; k > 0; k--) {
    const other = Math.floor(next() * (k + 1));
    const kept = list[k];
    list[k] = list[other];
    list[other] = kept;
  }
  return list;
}

/** An unpredictable draw in [0, 1) for a key and a position: the same wherever, whenever and in whatever order it is asked. */
export type Luck = (key: number, position: number) => number;

/** One round of murmur3's finaliser: every input bit moves every output bit. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The keyed luck called `name` under `seed`. Keys are safe integers, positions 32-bit integers; 53 random bits. */
export function luck(seed: Seed, name: string): Luck {
  const [a, b, c, d] = stream(seed, name).state;
  return (key, position) => {
    const low = key | 0;
    const high = Math.floor(key / 4294967296) | 0;
    const h = mix(mix(mix(a ^ low) + Math.imul(high, 0x9e3779b1) + b) ^ Math.imul(position, 0x27d4eb2f));
    const top = mix(h + c) >>> 5;
    const bottom = mix(h ^ d) >>> 6;
    return (top * 67108864 + bottom) / 9007199254740992;
  };
}
