/** What a UTF-16 code unit is, and its small letter: tables, since every character of a prompt is looked up. */

/** Kinds of characters. Letters and digits make words; an ideograph is a word of its own. */
export const Kind = {
  other: 0,
  space: 1,
  newline: 2,
  digit: 3,
  latin: 4,
  cyrillic: 5,
  greek: 6,
  /** Arabic, Hebrew and their neighbours. */
  semitic: 7,
  /** Devanagari to Tibetan, Thai among them. */
  indic: 8,
  hangul: 9,
  /** Han characters and kana. */
  ideograph: 10,
} as const;

/** First and last code unit of each range. */
const RANGES: readonly (readonly [first: number, last: number, kind: number])[] = [
  [0x09, 0x0d, Kind.space],
  [0x20, 0x20, Kind.space],
  [0xa0, 0xa0, Kind.space],
  [0x0a, 0x0a, Kind.newline],
  [0x30, 0x39, Kind.digit],
  [0x41, 0x5a, Kind.latin],
  [0x61, 0x7a, Kind.latin],
  [0xc0, 0x24f, Kind.latin],
  [0xd7, 0xd7, Kind.other],
  [0xf7, 0xf7, Kind.other],
  [0x370, 0x3ff, Kind.greek],
  [0x400, 0x52f, Kind.cyrillic],
  [0x590, 0x8ff, Kind.semitic],
  [0x900, 0xfff, Kind.indic],
  [0x1100, 0x11ff, Kind.hangul],
  [0x1e00, 0x1eff, Kind.latin],
  [0x2000, 0x200a, Kind.space],
  [0x3000, 0x3000, Kind.space],
  [0x3040, 0x30ff, Kind.ideograph],
  [0x3400, 0x9fff, Kind.ideograph],
  [0xac00, 0xd7af, Kind.hangul],
];

/** Kind of every code unit. */
export const KINDS = new Uint8Array(0x10000);
for (const [first, last, kind] of RANGES) KINDS.fill(kind, first, last + 1);

/** Small letters of Latin, Greek and Cyrillic; every other code unit is itself. */
export const SMALL = Uint16Array.from({ length: 0x10000 }, (_, code) => code);
for (let code = 0x41; code < 0x530; code++) {
  const small = String.fromCharCode(code).toLowerCase();
  if (small.length === 1) SMALL[code] = small.charCodeAt(0);
}

/** FNV-1a over small letters, a character at a time: start at `HASH_START`. */
export const HASH_START = 0x811c9dc5 | 0;
export const hashOn = (hash: number, small: number): number => Math.imul(hash ^ small, 0x01000193);

/** Hash of a pair of words, in order. */
export const hashPair = (first: number, second: number): number => Math.imul(first, 0x9e3779b1) ^ second;

/** Hash of a word as the scanner makes it; two words apart by a space are a pair. */
export function hashOf(words: string): number {
  const [first, second] = words.split(' ').map((word) => {
    let hash = HASH_START;
    for (let at = 0; at < word.length; at++) hash = hashOn(hash, SMALL[word.charCodeAt(at)]);
    return hash;
  });
  return second === undefined ? first : hashPair(first, second);
}
