/**
 * Formulas written by users: numbers, operators and a few functions over documented names, nothing else.
 *
 * mathjs parses; only an allow-list of its tree becomes closures of ours, so that nothing a user wrote is ever executed
 * by mathjs or JavaScript. Closures read columns directly: about 10 ns a value, where mathjs' own `evaluate` takes 400.
 */
import { createRequire } from 'node:module';
import type {
  ConditionalNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from 'mathjs';
import { didYouMean } from './spelling.js';

/** A name that formulas may use. */
export interface FormulaName {
  readonly name: string;
  /** One sentence with the unit. */
  readonly doc: string;
}

/** The value of a bound formula at a row. Comparisons give 1 or 0. */
export type Evaluate = (row: number) => number;

/** Where the values of a name come from: a column by row, or a function of the row. */
export type FormulaSource = ArrayLike<number> | Evaluate;

/** A checked formula. */
export interface Expression {
  readonly text: string;
  /** The names that occur in it. */
  readonly uses: ReadonlySet<string>;
  /** Ties the formula to columns. It allocates here, and nothing when it is evaluated. */
  bind(source: (name: string) => FormulaSource): Evaluate;
}

type Bind = Expression['bind'];

/** Longest formula, in characters. */
const LONGEST = 1000;

const truth = (yes: boolean): number => (yes ? 1 : 0);

/** Operators by mathjs' name of their function. Equality is exact; a % b has the sign of b. */
const OPERATORS: Readonly<Record<string, (a: Evaluate, b: Evaluate) => Evaluate>> = {
  add: (a, b) => (r) => a(r) + b(r),
  subtract: (a, b) => (r) => a(r) - b(r),
  multiply: (a, b) => (r) => a(r) * b(r),
  divide: (a, b) => (r) => a(r) / b(r),
  pow: (a, b) => (r) => a(r) ** b(r),
  mod: (a, b) => (r) => modulo(a(r), b(r)),
  unaryMinus: (a) => (r) => -a(r),
  unaryPlus: (a) => a,
  smaller: (a, b) => (r) => truth(a(r) < b(r)),
  smallerEq: (a, b) => (r) => truth(a(r) <= b(r)),
  larger: (a, b) => (r) => truth(a(r) > b(r)),
  largerEq: (a, b) => (r) => truth(a(r) >= b(r)),
  equal: (a, b) => (r) => truth(a(r) === b(r)),
  unequal: (a, b) => (r) => truth(a(r) !== b(r)),
  and: (a, b) => (r) => truth(a(r) !== 0 && b(r) !== 0),
  or: (a, b) => (r) => truth(a(r) !== 0 || b(r) !== 0),
  not: (a) => (r) => truth(a(r) === 0),
};

const modulo = (a: number, b: number): number => a - b * Math.floor(a / b);

/** Functions of one number. `round` takes halves away from zero, `log` is the natural one. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  sign: Math.sign,
};

/** Functions of several numbers, folded from the left. */
const FOLDS: Readonly<Record<string, (a: Evaluate, b: Evaluate) => Evaluate>> = {
  min: (a, b) => (r) => Math.min(a(r), b(r)),
  max: (a, b) => (r) => Math.max(a(r), b(r)),
  pow: OPERATORS.pow,
};

/** The functions that formulas may call. */
export const formulaFunctions: readonly string[] = [...Object.keys(FOLDS), ...Object.keys(FUNCTIONS)];

/** mathjs takes most of a second to load, so only those who have a formula wait for it. */
let parse: ((text: string) => MathNode) | undefined;

function parseTree(text: string): MathNode {
  parse ??= (createRequire(import.meta.url)('mathjs/number') as typeof import('mathjs')).parse;
  return parse(text);
}

/**
 * Checks a formula and prepares it.
 * @param names what it may read
 * @param what it is, for the error
 * @throws Error that quotes the formula and says what in it is not allowed, with the nearest known name for an unknown one
 */
export function compileExpression(text: string, names: readonly FormulaName[], what = 'formula'): Expression {
  const fail = (reason: string): never => {
    const shown = text.length > LONGEST ? `${text.slice(0, 40)}…` : text;
    throw new Error(`${what} ${JSON.stringify(shown)}: ${reason}`);
  };
  if (text.length > LONGEST) fail(`has ${text.length} characters, expected at most ${LONGEST}`);
  if (text.trim() === '') fail('is empty, expected an expression');
  let tree: MathNode;
  try {
    tree = parseTree(text);
  } catch (error) {
    return fail(error instanceof RangeError ? 'is nested too deeply' : (error as Error).message);
  }
  const uses = new Set<string>();
  const bind = build(tree, { known: names.map(({ name }) => name), uses, fail });
  return { text: text.trim(), uses, bind };
}

interface Building {
  readonly known: readonly string[];
  readonly uses: Set<string>;
  readonly fail: (reason: string) => never;
}

/** The one allow-list: whatever is not named here is refused. */
function build(node: MathNode, at: Building): Bind {
  switch (node.type) {
    case 'ConstantNode':
      return constant(node as ConstantNode, at);
    case 'ParenthesisNode':
      return build((node as ParenthesisNode).content, at);
    case 'SymbolNode':
      return symbol((node as SymbolNode).name, at);
    case 'OperatorNode':
      return operator(node as OperatorNode, at);
    case 'FunctionNode':
      return call(node as FunctionNode, at);
    case 'ConditionalNode':
      return conditional(node as ConditionalNode, at);
    case 'RelationalNode':
      return at.fail('comparisons cannot be chained; write a < b and b < c');
    default:
      return at.fail(
        `${quoted(node)} is not allowed: only numbers, names, operators, a ? b : c and ${formulaFunctions.join(', ')}`,
      );
  }
}

const quoted = (node: MathNode): string => JSON.stringify(node.toString());

function constant(node: ConstantNode, at: Building): Bind {
  const { value } = node as { value: unknown };
  if (typeof value !== 'number' || Number.isNaN(value)) return at.fail(`${quoted(node)} is not a number`);
  return () => () => value;
}

function symbol(name: string, at: Building): Bind {
  if (formulaFunctions.includes(name)) at.fail(`${name} is a function; write ${name}(…)`);
  if (!at.known.includes(name)) at.fail(`unknown name ${JSON.stringify(name)}${didYouMean(name, at.known)}`);
  at.uses.add(name);
  return (source) => {
    const from = source(name);
    return typeof from === 'function' ? from : (r) => from[r];
  };
}

function operator(node: OperatorNode, at: Building): Bind {
  const { implicit, isPercentage } = node as { implicit?: boolean; isPercentage?: boolean };
  if (implicit) at.fail(`${quoted(node)} has no operator between its parts`);
  if (isPercentage) at.fail('% is the remainder and needs a number on both sides');
  const known = Object.hasOwn(OPERATORS, node.fn) ? OPERATORS[node.fn] : undefined;
  if (!known) return at.fail(`operator ${node.op} is not allowed; there are + - * / ^ % < <= > >= == != and or not`);
  const [a, b = a] = node.args.map((arg) => build(arg, at));
  return (source) => known(a(source), b(source));
}

function call(node: FunctionNode, at: Building): Bind {
  const callee = node.fn as MathNode;
  if (callee.type !== 'SymbolNode')
    return at.fail(`${quoted(node)} is not allowed: only functions by name can be called`);
  const { name } = callee as SymbolNode;
  if (at.known.includes(name)) at.fail(`${name} is not a function; write ${name} * (…)`);
  if (!formulaFunctions.includes(name))
    at.fail(`unknown function ${JSON.stringify(name)}${didYouMean(name, formulaFunctions)}`);
  const args = node.args.map((arg) => build(arg, at));
  const expect = (fits: boolean, count: string): void => {
    if (!fits) at.fail(`${name} was given ${args.length} values, expected ${count}`);
  };
  if (!Object.hasOwn(FOLDS, name)) {
    expect(args.length === 1, '1');
    const of = FUNCTIONS[name];
    return (source) => {
      const x = args[0](source);
      return (r) => of(x(r));
    };
  }
  if (name === 'pow') expect(args.length === 2, '2');
  else expect(args.length >= 1, 'at least 1');
  return (source) => args.map((arg) => arg(source)).reduce(FOLDS[name]);
}

function conditional(node: ConditionalNode, at: Building): Bind {
  const [test, yes, no] = [node.condition, node.trueExpr, node.falseExpr].map((part) => build(part, at));
  return (source) => {
    const [t, y, n] = [test(source), yes(source), no(source)];
    return (r) => (t(r) !== 0 ? y(r) : n(r));
  };
}
