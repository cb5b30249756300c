/** Numbers, arrays and shapes as numpy writes them, so that spaces read as in Gymnasium. */
import { isFloat } from './dtype.js';
import { leaves, type Nested, nest } from './nested.js';
import type { Dtype, Numbers } from './space.js';

/** `()`, `(2,)`, `(2, 3)`. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;

/** Digits after the point in an array. */
const PRECISION = 8;
/** Numbers that are written out; of more, three at each end of an axis. */
const THRESHOLD = 1000;
const EDGE = 3;
const LINE = 75;

/** The shortest `d.ddde±x` that reads back as the same number of its type. */
function scientific(x: number, dtype: Dtype): string {
  if (dtype !== 'float32') return signed(x, x.toExponential());
  for (let k = 0; k < PRECISION; k++) {
    const text = x.toExponential(k);
    if (Math.fround(Number(text)) === x) return signed(x, text);
  }
  return x.toExponential(PRECISION);
}

/** JavaScript leaves out the sign of −0. */
const signed = (x: number, text: string): string => (Object.is(x, -0) ? `-${text}` : text);

/** From here on a single float32 (float64) is written with an exponent. */
const POSITIONAL = [1e6, 1e16];

const notFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf');

/** `e+30`, `e-05`. */
const exponentText = (power: number, digits = 2): string =>
  `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(digits, '0')}`;

/** One number: `0.5`, `-1.0`, `1e+30`, `inf`; whole numbers of integer types without a point. */
export function numberText(x: number, dtype: Dtype): string {
  if (!isFloat(dtype)) return String(x);
  if (!Number.isFinite(x)) return notFinite(x);
  const [mantissa, power] = scientific(x, dtype).split('e');
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= POSITIONAL[dtype === 'float32' ? 0 : 1]))
    return mantissa + exponentText(Number(power));
  const text = decimals(mantissa, Number(power));
  return text.endsWith('.') ? `${text}0` : text;
}

/** A mantissa and its power of ten without exponent: always a point, no zeros at the end. */
function decimals(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  const at = power + 1;
  const whole = at <= 0 ? '0' : digits.slice(0, at).padEnd(at, '0');
  const rest = at <= 0 ? '0'.repeat(-at) + digits : digits.slice(at);
  return `${sign}${whole}.${rest.replace(/0+$/, '')}`;
}

type Format = (x: number) => string;

/** Writes numbers in columns: all of the same width, points below each other. */
function columnFormat(numbers: readonly number[], dtype: Dtype): Format {
  const plain = isFloat(dtype) ? floatFormat(numbers, dtype) : String;
  const width = numbers.reduce((most, x) => Math.max(most, plain(x).length), 0);
  return (x) => plain(x).padStart(width);
}

function floatFormat(numbers: readonly number[], dtype: Dtype): Format {
  const finite = numbers.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((x) => x > 0);
  const most = Math.max(...sizes);
  const least = Math.min(...sizes);
  const wide = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000);
  const write = wide ? exponentFormat(finite, dtype) : pointFormat(finite, dtype);
  return (x) => (Number.isFinite(x) ? write(x) : notFinite(x));
}

function pointFormat(numbers: readonly number[], dtype: Dtype): Format {
  const write = (x: number): string => {
    const [mantissa, power] = scientific(x, dtype).split('e');
    const text = decimals(mantissa, Number(power));
    const long = text.length - text.indexOf('.') - 1 > PRECISION;
    return long ? x.toFixed(PRECISION).replace(/0+$/, '') : text;
  };
  const after = Math.max(0, ...numbers.map((x) => write(x).split('.')[1].length));
  return (x) => {
    const text = write(x);
    return text.padEnd(text.indexOf('.') + 1 + after);
  };
}

function exponentFormat(numbers: readonly number[], dtype: Dtype): Format {
  const all = numbers.map((x) => scientific(x, dtype).split(/[.e]/));
  const after = Math.min(PRECISION, Math.max(...all.map((parts) => (parts.length > 2 ? parts[1].length : 0))));
  const digits = Math.max(2, ...all.map((parts) => parts[parts.length - 1].length - 1));
  return (x) => {
    const [mantissa, power] = signed(x, x.toExponential(after)).split('e');
    return `${mantissa}${after === 0 ? '.' : ''}${exponentText(Number(power), digits)}`;
  };
}

/** An array: `[ 0. -5.]`; rows on lines of their own, lines of at most 75 characters. */
export function arrayText(numbers: Numbers, shape: readonly number[], dtype: Dtype): string {
  if (numbers.length === 0) return '[]';
  const all = nest(numbers, shape, (x) => x);
  const shown = numbers.length > THRESHOLD ? shorten(all) : all;
  const format = columnFormat(
    leaves(shown).filter((x) => x !== ELLIPSIS),
    dtype,
  );
  return layout(shown, format, shape.length, ' ', LINE);
}

const ELLIPSIS = '...';
type Shown = Nested<number | typeof ELLIPSIS>;

function shorten(x: Nested): Shown {
  if (!Array.isArray(x)) return x;
  const cut: Shown[] = x.length > 2 * EDGE ? [...x.slice(0, EDGE), ELLIPSIS, ...x.slice(-EDGE)] : x;
  return cut.map((part) => (part === ELLIPSIS ? part : shorten(part as Nested)));
}

function layout(x: Shown, format: Format, axes: number, indent: string, width: number): string {
  if (!Array.isArray(x)) return x === ELLIPSIS ? ELLIPSIS : format(x as number);
  const words = (x as Shown[]).map((part) => layout(part, format, axes - 1, `${indent} `, width - 1));
  if (axes > 1) return `[${words.join(`${'\n'.repeat(axes - 1)}${indent}`)}]`;
  let text = '';
  let line = indent;
  for (const [k, word] of words.entries()) {
    if (line.length + word.length > width - 1 && line.length > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += k < words.length - 1 ? `${word} ` : word;
  }
  return `[${(text + line).slice(indent.length)}]`;
}
