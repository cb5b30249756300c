/** Formulas: they mean what mathjs means, and nothing but arithmetic gets through. */
import { parse } from 'mathjs/number';
import { describe, expect, test } from 'vitest';
import { compileExpression, formulaFunctions } from '../../env/expression.js';
import { stream } from '../../env/random.js';

const names = ['a', 'b', 'c', 'remaining'].map((name) => ({ name, doc: `the value of ${name}` }));
const columns: Record<string, ArrayLike<number>> = {
  a: Float64Array.of(0, 1, -2.5, 3, 1e9),
  b: Int32Array.of(0, 2, 7, -3, 5),
  c: Uint8Array.of(1, 0, 2, 200, 9),
};
const compile = (text: string) => compileExpression(text, names);
const evaluate = (text: string, row: number) =>
  compile(text).bind((name) => (name === 'remaining' ? (r) => 10 * r : columns[name]))(row);

describe('agrees with mathjs', () => {
  const texts = [
    'a + b * c',
    '(a + b) * c',
    '-a ^ 2',
    '2 ^ 3 ^ 2',
    'a - b - c',
    'a / (b + 4)',
    'a % 3',
    'b % -4',
    '-b',
    '+a',
    '1e3 * c',
    '.5 + a',
    'a < b',
    'a <= 0',
    'a > b',
    'a >= b',
    'a == 3',
    'b != 2',
    'a and b',
    'a or c',
    'not a',
    'not (a < b) or c == 2',
    'a < 1 ? b : c > 1 ? a : -1',
    'min(a, b, c)',
    'max(a, 1)',
    'min(a)',
    'abs(a)',
    'sqrt(c)',
    'exp(b / 10)',
    'log(c + 1)',
    'log2(c + 1)',
    'log10(c + 1)',
    'pow(c, 2)',
    'floor(a / 2)',
    'ceil(a / 2)',
    'round(a)',
    'sign(a)',
    'Infinity * (c + 1)',
    'a + b # a comment',
    'a + remaining',
  ];
  test.each(texts)('%j', (text) => {
    const known = parse(text).compile();
    for (let row = 0; row < 5; row++) {
      const scope = { a: columns.a[row], b: columns.b[row], c: columns.c[row], remaining: 10 * row };
      const expected = Number(known.evaluate(scope));
      if (Number.isNaN(expected)) expect(evaluate(text, row)).toBeNaN();
      else expect(evaluate(text, row)).toBeCloseTo(expected, 9);
    }
  });

  test('on random formulas', () => {
    const { next } = stream(1, 'random formulas');
    const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)];
    const grow = (depth: number): string => {
      if (depth === 0) return pick(['a', 'b', 'c', '2', '0.5']);
      const sub = () => grow(depth - 1);
      const [x, y, z] = [sub(), sub(), sub()];
      return pick([
        `${x} + ${y}`,
        `${x} - ${y}`,
        `(${x}) * (${y})`,
        `(${x}) % (2 + abs(${y}))`,
        `(${x} < ${y} ? ${y} : ${z})`,
        `max(${x}, ${y})`,
        `-(${x})`,
        `(${x} or ${y})`,
      ]);
    };
    for (let k = 0; k < 200; k++) {
      const text = grow(4);
      const known = parse(text).compile();
      for (let row = 0; row < 4; row++) {
        const expected = Number(known.evaluate({ a: columns.a[row], b: columns.b[row], c: columns.c[row] }));
        expect(Math.abs(evaluate(text, row) - expected), `${text} at ${row}`).toBeLessThanOrEqual(
          1e-9 * Math.abs(expected),
        );
      }
    }
  });
});

test('says which names occur', () => {
  expect([...compile('a < 1 ? b : max(b, 2)').uses]).toEqual(['a', 'b']);
  expect(compile('1 + 1').uses.size).toBe(0);
});

describe('refuses everything else', () => {
  test.each([
    ['import("fs")', 'unknown function "import"'],
    ['evaluate("1")', 'unknown function "evaluate"'],
    ['parse("1")', 'unknown function "parse"'],
    ['simplify(a)', 'unknown function "simplify"'],
    ['cross(a, b)', 'unknown function "cross"'],
    ['createUnit(a)', 'unknown function "createUnit"'],
    ['random()', 'unknown function "random"'],
    ['constructor(a)', 'unknown function "constructor"'],
    ['toString(a)', 'unknown function "toString"'],
    ['__proto__', 'unknown name "__proto__"'],
    ['constructor', 'unknown name "constructor"'],
    ['this', 'unknown name "this"'],
    ['pi', 'unknown name "pi"'],
    ['f(x) = x', 'is not allowed'],
    ['x = 1', 'is not allowed'],
    ['a = 1', 'is not allowed'],
    ['a.b', 'is not allowed'],
    ['a["constructor"]', 'is not allowed'],
    ['a[1]', 'is not allowed'],
    ['min.constructor("1")', 'only functions by name can be called'],
    ['a.constructor("1")', 'only functions by name can be called'],
    ['min(a)(b)', 'has no operator between its parts'],
    ['"text"', 'is not a number'],
    ['true', 'is not a number'],
    ['null', 'is not a number'],
    ['NaN', 'is not a number'],
    ['[1, 2]', 'is not allowed'],
    ['{a: 1}', 'is not allowed'],
    ['1:3', 'is not allowed'],
    ['a; b', 'is not allowed'],
    ['a\nb', 'is not allowed'],
    ['a to b', 'operator to is not allowed'],
    ['a!', 'operator ! is not allowed'],
    ["a'", "operator ' is not allowed"],
    ['a & b', 'operator & is not allowed'],
    ['a .* b', 'operator .* is not allowed'],
    ['5 cm', 'has no operator between its parts'],
    ['2 a', 'has no operator between its parts'],
    ['a b', 'has no operator between its parts'],
    ['5%', '% is the remainder'],
    ['0 < a < 1', 'comparisons cannot be chained'],
    ['min', 'min is a function; write min(…)'],
    ['a(2)', 'a is not a function; write a * (…)'],
    ['sqrt(a, b)', 'sqrt was given 2 values, expected 1'],
    ['pow(a)', 'pow was given 1 values, expected 2'],
    ['max()', 'max was given 0 values, expected at least 1'],
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['# only a comment', 'is not a number'],
    ['a +', 'Unexpected end of expression'],
    ['(a', 'Parenthesis ) expected'],
    ['a @ b', 'Syntax error'],
    ['('.repeat(2000), 'has 2000 characters, expected at most 1000'],
  ])('%j: %s', (text, reason) => {
    expect(() => compile(text)).toThrow(reason);
    expect(() => compile(text)).toThrow(/^formula "/);
  });

  test('nesting deeper than the parser can follow', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
    expect(evaluate(nested(30), 0)).toBe(1);
    try {
      expect(evaluate(nested(490), 0)).toBe(1);
    } catch (error) {
      expect((error as Error).message).toMatch(/is nested too deeply$/);
    }
  });
});

test('suggests the nearest name and lists all', () => {
  expect(() => compile('remainin * 2')).toThrow(
    'unknown name "remainin": did you mean "remaining"? There are a, b, c, remaining',
  );
  expect(() => compile('mx(a, b)')).toThrow(
    `unknown function "mx": did you mean "max"? There are ${formulaFunctions.join(', ')}`,
  );
  expect(() => compile('zebra')).toThrow('unknown name "zebra"; there are a, b, c, remaining');
});
