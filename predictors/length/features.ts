/**
 * What a length model sees of a request: a row of `FEATURES` numbers, most of them 0.
 *
 * In this order (`NAMES` has a name for each):
 *
 *     request      no text?, log promptTokens, log max_tokens, declared?, temperature, known?, greedy?
 *     past         of the model and of the tenant: weight n/(n + 8), weight × (mean log length − 5), weight × (its spread − .7)
 *     shape        log characters, words, lines, sentences; letters a word; shares of capitals, digits, others; punctuation, bullets
 *     scripts      share of Latin, Cyrillic, Greek, Semitic, Indic, Hangul, Han letters
 *     asked        log of the number before words, sentences, paragraphs …, and of the tokens that they come to
 *     cues         log1p of how often words of a group occur (`features/cues.ts`)
 *     hashes       words and pairs, beginnings of the first and of later sentences, three letters: sign(c)·log1p|c|
 *
 * Of a text above `HEAD` + `TAIL` characters only its first and last ones are read: instructions stand there, and a prompt of
 * 10 MB costs no more than one of 6 kB. Counts then stand for what was read, the length for the whole. Capital letters are
 * taken for small ones in Latin, Greek and Cyrillic. A change of any of this needs a new FEATURES_VERSION.
 */
import { CUES, UNITS } from './features/cues.js';
import { BUCKETS, begin, found, inScript, scan, scriptCount } from './features/scan.js';
import type { LengthExample, LengthInput, LengthPast, LengthRows } from './model.js';

/** Model files carry it: features of another version are another language. */
export const FEATURES_VERSION = 1;

const HEAD = 4096;
const TAIL = 2048;
/** Finished requests at which a past counts for a half. */
const PAST_HALF = 8;
/** Tokens that each unit comes to. */
const TOKENS_A_UNIT = [1.4, 25, 110, 14, 550, 0.3, 30] as const;

const REQUEST = [
  'no text',
  'log prompt tokens',
  'log declared',
  'declared',
  'temperature',
  'temperature known',
  'greedy',
];
const PAST = ['weight', 'level', 'spread'];
const SHAPE = [
  ...['log characters', 'log words', 'log lines', 'log sentences', 'letters a word', 'capitals', 'digits', 'others'],
  ...['questions', 'exclamations', 'colons', 'commas', 'quotes', 'code', 'signs', 'bullets', 'numbers'],
  ...['ends with ?', 'ends with :', 'one line', 'one sentence', 'has blanks'],
];
const SCRIPTS = ['latin', 'cyrillic', 'greek', 'semitic', 'indic', 'hangul', 'ideographs'];
const ASKED = [...Object.keys(UNITS), 'tokens', 'any'];
const hashNames = Object.entries(BUCKETS).flatMap(([name, buckets]) =>
  Array.from({ length: buckets }, (_, k) => `${name} ${k}`),
);

/** A name for every column. */
export const NAMES: readonly string[] = [
  ...REQUEST,
  ...['model', 'tenant'].flatMap((who) => PAST.map((what) => `${who} past ${what}`)),
  ...SHAPE,
  ...SCRIPTS,
  ...ASKED.map((unit) => `asked ${unit}`),
  ...Object.keys(CUES).map((cue) => `cue ${cue}`),
  ...hashNames,
];

/** Numbers a row. */
export const FEATURES = NAMES.length;
const HASHED = hashNames.length;

/** Writes a request's row to out[at … at + FEATURES). Allocates nothing. */
export function writeFeatures(input: LengthInput, out: Float32Array, at: number): void {
  const { text = '', promptTokens, declared, temperature, past } = input;
  out.fill(0, at, at + FEATURES);
  let k = at;
  out[k++] = input.text === undefined ? 1 : 0;
  out[k++] = Math.log1p(promptTokens);
  const isDeclared = declared < Infinity;
  out[k++] = isDeclared ? Math.log1p(declared) : 0;
  out[k++] = isDeclared ? 1 : 0;
  out[k++] = temperature ?? 0;
  out[k++] = temperature === undefined ? 0 : 1;
  out[k++] = temperature === 0 ? 1 : 0;
  k = writePast(past?.model, out, k);
  k = writePast(past?.tenant, out, k);
  if (text !== '') writeText(text, out, k, at + FEATURES - HASHED);
}

function writePast(past: LengthPast | undefined, out: Float32Array, at: number): number {
  if (past !== undefined && past.count > 0) {
    const weight = past.count / (past.count + PAST_HALF);
    out[at] = weight;
    out[at + 1] = weight * (past.meanLog - 5);
    out[at + 2] = weight * (past.spreadLog - 0.7);
  }
  return at + 3;
}

/** The columns from `shape` on, and the hashes. */
function writeText(text: string, out: Float32Array, at: number, hashesAt: number): void {
  const length = text.length;
  begin();
  if (length <= HEAD + TAIL) scan(text, 0, length, out, hashesAt, true);
  else {
    scan(text, 0, HEAD, out, hashesAt, true);
    scan(text, length - TAIL, length, out, hashesAt, false);
  }
  const read = Math.min(length, HEAD + TAIL);
  const { kinds, cues, asked } = found;
  const letters = read - kinds[0] - kinds[1] - kinds[2];
  const end = text.charCodeAt(length - 1);
  let k = at;
  out[k++] = Math.log1p(length);
  out[k++] = Math.log1p((found.words * length) / read);
  out[k++] = Math.log1p((found.lines * length) / read);
  out[k++] = Math.log1p((found.sentences * length) / read);
  out[k++] = found.words > 0 ? letters / found.words : 0;
  out[k++] = found.capitals / read;
  out[k++] = kinds[3] / read;
  out[k++] = kinds[0] / read;
  out[k++] = Math.log1p(found.questions);
  out[k++] = Math.log1p(found.exclamations);
  out[k++] = Math.log1p(found.colons);
  out[k++] = Math.log1p(found.commas);
  out[k++] = Math.log1p(found.quotes);
  out[k++] = Math.log1p(found.code);
  out[k++] = Math.log1p(found.signs);
  out[k++] = Math.log1p(found.bullets);
  out[k++] = Math.log1p(found.numbers);
  out[k++] = end === 63 ? 1 : 0;
  out[k++] = end === 58 ? 1 : 0;
  out[k++] = found.lines === 0 ? 1 : 0;
  out[k++] = found.sentences <= 1 ? 1 : 0;
  out[k++] = found.blanks > 0 ? 1 : 0;
  for (let script = 0; script < scriptCount; script++) out[k++] = inScript(script) / Math.max(1, letters);
  let tokens = 0;
  for (let unit = 0; unit < asked.length; unit++) {
    tokens = Math.max(tokens, asked[unit] * TOKENS_A_UNIT[unit]);
    out[k++] = Math.log1p(asked[unit]);
  }
  out[k++] = Math.log1p(tokens);
  out[k++] = tokens > 0 ? 1 : 0;
  for (let cue = 0; cue < cues.length; cue++) out[k++] = Math.log1p(cues[cue]);
  for (let h = hashesAt; h < hashesAt + HASHED; h++) {
    const count = out[h];
    if (count !== 0) out[h] = count > 0 ? Math.log1p(count) : -Math.log1p(-count);
  }
}

/** Examples with their features. */
export function featuresOf(examples: readonly LengthExample[]): LengthRows {
  const features = new Float32Array(examples.length * FEATURES);
  examples.forEach((example, k) => {
    writeFeatures(example, features, k * FEATURES);
  });
  return { examples, features };
}
