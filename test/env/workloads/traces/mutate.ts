/** Damage to text and bytes, as files come to it. */
import { gzipSync } from 'node:zlib';
import type { Stream } from '../../../../env/random.js';
import { whole } from './samples.js';

const VALUES = [
  '',
  '-1',
  '0',
  'NaN',
  'Infinity',
  '1e400',
  '99999999999999999999',
  '2147483648',
  '1.5',
  '0x10',
  ' 7 ',
  '7.0',
  '1e2',
  'null',
  '"',
  '[]',
  'x',
  '\u00e9',
  '\ufeff',
];
const JUNK = ['"', ',', '\n', '{', '}', '\r', ';', '\t', '\u2028', '\ufeff', '-', '9', ' '];

type Mutation = (text: string, random: Stream) => string;

const pick = <T>(random: Stream, list: readonly T[]): T => list[whole(random, list.length)];

/** Changes one line, or the order of lines. */
const onLines =
  (change: (lines: string[], at: number, random: Stream) => void): Mutation =>
  (text, random) => {
    const lines = text.split('\n');
    change(lines, whole(random, Math.max(1, lines.length - 1)), random);
    return lines.join('\n');
  };

/** Changes the cells of a line of CSV, the members of one of JSON. */
const onCells = (change: (cells: string[], at: number, random: Stream) => void): Mutation =>
  onLines((lines, at, random) => {
    const cells = lines[at].split(',');
    change(cells, whole(random, cells.length), random);
    lines[at] = cells.join(',');
  });

const MUTATIONS: readonly Mutation[] = [
  (text) => text, // as it was made
  (text, random) => text.slice(0, whole(random, text.length)),
  (text, random) => text.slice(whole(random, text.length)),
  (text, random) => {
    const at = whole(random, text.length);
    return text.slice(0, at) + pick(random, JUNK) + text.slice(at + whole(random, 2));
  },
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\ufeff${text}`,
  (text) => text.trimEnd(),
  onLines((lines, at) => lines.splice(at, 0, lines[at])),
  onLines((lines, at) => lines.splice(at, 1)),
  onLines((lines, at, random) => lines.splice(at, 0, pick(random, ['', '  ', '\t', '\ufeff']))),
  onLines((lines, at, random) => {
    const other = whole(random, lines.length - 1);
    [lines[at], lines[other]] = [lines[other], lines[at]];
  }),
  onCells((cells, at) => cells.splice(at, 1)),
  onCells((cells, at) => cells.splice(at, 0, cells[at])),
  onCells((cells, at, random) => {
    const other = whole(random, cells.length);
    [cells[at], cells[other]] = [cells[other], cells[at]];
  }),
  onCells((cells, at, random) => {
    cells[at] = pick(random, VALUES);
  }),
  onCells((cells, at, random) => {
    cells[at] = cells[at].replace(/-?[\d.]+/, pick(random, VALUES));
  }),
  onCells((cells, at, random) => {
    cells[at] = cells[at].replace(/\d/, (digit) => String((Number(digit) + 1 + whole(random, 9)) % 10));
  }),
];

export function mutate(text: string, random: Stream): Buffer {
  let mutated = text;
  for (let k = 1 + whole(random, 2); k > 0; k--) mutated = pick(random, MUTATIONS)(mutated, random);
  const bytes = Buffer.from(mutated);
  const packing = whole(random, 10);
  if (packing === 0) return damaged(gzipSync(bytes), random);
  if (packing === 1) return damaged(bytes, random);
  return packing === 2 ? gzipSync(bytes) : bytes;
}

/** Some bytes are others, or the end is missing. */
function damaged(bytes: Buffer, random: Stream): Buffer {
  if (whole(random, 2)) return bytes.subarray(0, whole(random, bytes.length + 1));
  for (let k = 1 + whole(random, 3); k > 0 && bytes.length > 0; k--)
    bytes[whole(random, bytes.length)] = whole(random, 256);
  return bytes;
}
