/**
 * One pass over a prompt's text: counts of characters, hashed words, cues and lengths that are asked for.
 *
 * Hashing is signed (Weinberger et al. 2009): a hash names a bucket and a sign, so that what falls together cancels on average.
 */
import { HASH_START, hashOn, hashPair, KINDS, Kind, SMALL } from './characters.js';
import { CUES, cueOf, numberOf, UNITS, unitOf } from './cues.js';

/** Buckets of words and their pairs, of how the first and later sentences begin, and of three letters in a row. */
export const BUCKETS = { words: 640, opening: 96, openings: 64, letters: 128 } as const;

const UNIT_COUNT = Object.keys(UNITS).length;
const SCRIPTS = [Kind.latin, Kind.cyrillic, Kind.greek, Kind.semitic, Kind.indic, Kind.hangul, Kind.ideograph] as const;

/** What a pass has found. One for all prompts: it is read before the next pass. */
export const found = {
  /** Characters by kind. */
  kinds: new Int32Array(16),
  cues: new Int32Array(Object.keys(CUES).length),
  /** Largest number before each unit ("in 200 words"); 0 = none. */
  asked: new Float64Array(UNIT_COUNT),
  words: 0,
  lines: 0,
  sentences: 0,
  numbers: 0,
  capitals: 0,
  questions: 0,
  exclamations: 0,
  colons: 0,
  commas: 0,
  quotes: 0,
  /** { } [ ] ( ) < > ; = _ \ and back quotes. */
  code: 0,
  /** + * / ^ % = between other things. */
  signs: 0,
  /** Lines that begin with a dash, star, bullet or a number. */
  bullets: 0,
  /** Blanks to fill in: __. */
  blanks: 0,
};
const scalars = Object.keys(found).filter((name) => typeof found[name as keyof typeof found] === 'number') as Scalar[];
type Scalar = Exclude<keyof typeof found, 'kinds' | 'cues' | 'asked'>;

const MAX_NUMBER = 1e6;
const CODE = flags('{}[]()<>;=_\\`');
const SIGNS = flags('+*/^%=');
const QUOTES = flags('"“”«»');
const SENTENCE_ENDS = flags('.!?:;。！？');
const BULLETS = flags('-*•–');

function flags(characters: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** Forgets the last prompt. */
export function begin(): void {
  found.kinds.fill(0);
  found.cues.fill(0);
  found.asked.fill(0);
  for (const name of scalars) found[name] = 0;
}

/** All bits of a hash into each other (murmur3's finaliser). */
function mixed(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function put(out: Float32Array, at: number, buckets: number, hash: number): void {
  const bits = mixed(hash);
  out[at + ((bits >>> 1) % buckets)] += 1 - 2 * (bits & 1);
}

/**
 * Counts text[from … to) into `found`, and its hashes into out[at …]: BUCKETS in their order, counts with signs.
 * @param opens whether the first sentence of it is the prompt's first
 */
export function scan(text: string, from: number, to: number, out: Float32Array, at: number, opens: boolean): void {
  const openingAt = at + BUCKETS.words;
  const openingsAt = openingAt + BUCKETS.opening;
  const lettersAt = openingsAt + BUCKETS.openings;
  const { kinds, cues, asked } = found;
  let hash = HASH_START;
  let length = 0; // of the word at hand
  let digits = 0; // of these
  let value = 0; // of its digits
  let last = 0; // hash of the word before
  let inSentence = 0; // words of this sentence so far
  let sentence = opens ? 0 : 1;
  let number = 0; // the last number …
  let since = 9; // … and words since
  let lineStart = true;
  let [a, b] = [32, 32]; // the two letters before

  function endWord(): void {
    found.words++;
    const pair = hashPair(last, hash);
    put(out, at, BUCKETS.words, hash);
    if (inSentence > 0) put(out, at, BUCKETS.words, pair);
    const cue = cueOf.at(hash);
    if (cue > 0) cues[cue - 1]++;
    const pairCue = cueOf.at(pair);
    if (pairCue > 0) cues[pairCue - 1]++;
    if (inSentence < 3) {
      const begins = inSentence === 0 ? hash : hashPair(inSentence, pair);
      if (sentence === 0) put(out, openingAt, BUCKETS.opening, begins);
      else if (inSentence < 2) put(out, openingsAt, BUCKETS.openings, begins);
    }
    since++;
    const counted = digits === length ? Math.min(MAX_NUMBER, value) : numberOf.at(hash);
    if (digits === length) found.numbers++;
    if (counted > 0) {
      // "Two hundred", but "a" before another number is no number.
      number = since === 1 && counted >= 100 && number > 0 ? number * counted : counted;
      since = 0;
    } else if (since <= 3) {
      const unit = unitOf.at(hash);
      if (unit > 0) {
        asked[unit - 1] = Math.max(asked[unit - 1], number);
        since = 9;
      }
    }
    last = hash;
    inSentence++;
    hash = HASH_START;
    length = digits = value = 0;
  }

  for (let k = from; k < to; k++) {
    const code = text.charCodeAt(k);
    const small = SMALL[code];
    const kind = KINDS[code];
    kinds[kind]++;
    if (small !== code) found.capitals++;
    if (kind > Kind.newline) {
      hash = hashOn(hash, small);
      length++;
      if (kind === Kind.digit) {
        if (digits === 0 && lineStart) found.bullets++;
        digits++;
        value = value * 10 + code - 48;
      }
      put(out, lettersAt, BUCKETS.letters, hashPair(hashPair(a, b), small));
      a = b;
      b = small;
      lineStart = false;
      if (kind === Kind.ideograph) endWord();
      continue;
    }
    // An apostrophe stays in its word.
    if (
      length > 0 &&
      !((code === 39 || code === 0x2019) && k + 1 < to && KINDS[text.charCodeAt(k + 1)] >= Kind.latin)
    ) {
      endWord();
    }
    a = b;
    b = 32;
    if (kind === Kind.space) continue;
    if (kind === Kind.newline) {
      found.lines++;
      lineStart = true;
      inSentence = 0;
      sentence++;
      continue;
    }
    if (lineStart && BULLETS[code] === 1) found.bullets++;
    lineStart = false;
    if (SENTENCE_ENDS[code] === 1) {
      if (inSentence > 0) {
        found.sentences++;
        sentence++;
      }
      inSentence = 0;
    }
    if (code === 63) found.questions++;
    else if (code === 33) found.exclamations++;
    else if (code === 58) found.colons++;
    else if (code === 44) found.commas++;
    else if (code === 95 && k > from && text.charCodeAt(k - 1) === 95) found.blanks++;
    found.quotes += QUOTES[code];
    found.code += CODE[code];
    found.signs += SIGNS[code];
  }
  if (length > 0) endWord();
}

/** Characters in scripts, in the order of `SCRIPTS`. */
export const scriptCount = SCRIPTS.length;
export const inScript = (k: number): number => found.kinds[SCRIPTS[k]];
