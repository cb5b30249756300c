/** The hidden truth of an episode: every request that will come, with its true length and luck. Policies never see it. */
import type { Micros } from '../time.js';
import { type Acceptance, noAcceptance } from './acceptance/acceptance.js';
import { linkRounds, type Rounds } from './rounds.js';
import { recordedTexts, type Texts } from './texts.js';

/** What the prompts say, as far as prefix caching must know: two tokens are equal if sequence and index are equal. */
export interface Content {
  /** Segments of row i are offsets[i] … offsets[i + 1] − 1. */
  readonly offsets: Int32Array;
  /** Name of the token sequence of each segment, as a number. */
  readonly sequence: Int32Array;
  /** Tokens 0 … n − 1 of that sequence. */
  readonly tokens: Int32Array;
  /** The sequence that row i's answer is, so that a later prompt can quote it. */
  readonly answer: Int32Array;
}

/** Columns by row; rows are in order of arrival, followers behind them. */
export interface Workload {
  readonly name: string;
  readonly count: number;
  readonly arrival: Float64Array;
  readonly promptTokens: Int32Array;
  /** True output length: tokens the model will generate if nobody stops it. */
  readonly outputTokens: Int32Array;
  /** max_tokens as the client declares it. */
  readonly declared: Int32Array;
  /** Identity for luck and pairing: a safe integer from (source, user, round), never a row number of a filtered list. */
  readonly key: Float64Array;
  /** Lower is more urgent. */
  readonly priority: Int32Array;
  readonly tenant: Int32Array;
  readonly slo: Uint8Array;
  /** When the answer is due (absolute; of a follower: after its arrival); Infinity = no deadline. */
  readonly deadline: Float64Array;
  /** When the client gives up (absolute; of a follower: after its arrival), hidden; Infinity = never. */
  readonly abortAt: Float64Array;
  /** Order among equal ranks for engines whose tie rule is the source's. */
  readonly tie: Float64Array;
  readonly acceptance: Acceptance;
  readonly content?: Content;
  /** What its requests say in words [nothing]; asked for row by row, computed then. */
  readonly texts?: Texts;
  /** Who follows whom [nobody anyone]. Followers are the last rows; their arrival is Infinity. */
  readonly rounds?: Rounds;
  /** Name of each row as its file has it; empty = the key. */
  readonly ids: readonly string[];
}

/** What a maker of workloads gives; columns left out take the value in brackets. */
export interface WorkloadColumns {
  readonly name: string;
  readonly arrival: ArrayLike<Micros>;
  readonly promptTokens: ArrayLike<number>;
  readonly outputTokens: ArrayLike<number>;
  /** [the largest 32-bit integer: nothing declared, the model length decides] */
  readonly declared?: ArrayLike<number>;
  /** [row before sorting] */
  readonly key?: ArrayLike<number>;
  /** [0] */
  readonly priority?: ArrayLike<number>;
  /** [0] */
  readonly tenant?: ArrayLike<number>;
  /** [0] */
  readonly slo?: ArrayLike<number>;
  /** [Infinity] */
  readonly deadline?: ArrayLike<Micros>;
  /** [Infinity] */
  readonly abortAt?: ArrayLike<Micros>;
  /** [row before sorting] */
  readonly tie?: ArrayLike<number>;
  /** [nothing accepted]; it is asked with rows of the *sorted* workload, see `order`. */
  readonly acceptance?: Acceptance | ((order: Int32Array) => Acceptance);
  /** [every prompt its own] by row before sorting: segments of the prompt and the name of the answer. */
  readonly content?: readonly RequestContent[];
  /** [nothing] by row before sorting: the prompt in words, and the name of the model that is asked. */
  readonly prompts?: readonly (string | undefined)[];
  readonly models?: readonly (string | undefined)[];
  /** [nobody follows anyone] by row before sorting: the row it follows, −1 = none. The arrival of a follower is ignored. */
  readonly follows?: ArrayLike<number>;
  /** [0] µs between the end of the one it follows, whichever way it left, and its arrival. */
  readonly think?: ArrayLike<Micros>;
  /** [none] by row before sorting. */
  readonly ids?: readonly string[];
}

/** Prompt of one request as [sequence name, tokens] pairs, and the name under which later prompts quote its answer. */
export interface RequestContent {
  readonly segments: readonly (readonly [string, number])[];
  readonly answer: string;
}

/** Nothing declared: the model length alone limits the output. */
export const UNDECLARED = 0x7fffffff;

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly infinite?: boolean;
}
const TOKENS: Limits = { min: 1, max: UNDECLARED };
const TIME: Limits = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * Makes a workload: columns are checked, copied and sorted by arrival (stable).
 * @throws RangeError naming workload, column, row and value at the first value that is not allowed
 */
export function createWorkload(given: WorkloadColumns): Workload {
  const count = given.arrival.length;
  const check = (name: string, column: ArrayLike<number>, { min, max, infinite }: Limits): ArrayLike<number> => {
    if (column.length !== count) {
      throw new RangeError(`${given.name}: column ${name} has ${column.length} rows, arrival has ${count}`);
    }
    for (let row = 0; row < count; row++) {
      const v = column[row];
      if ((Number.isInteger(v) && v >= min && v <= max) || (infinite && v === Infinity)) continue;
      throw new RangeError(`${given.name}: ${name} of row ${row} is ${v}, expected a whole number in ${min} … ${max}`);
    }
    return column;
  };
  const { follows } = given;
  if (follows) check('follows', follows, { min: -1, max: count - 1 });
  const isFollower = (row: number): boolean => follows !== undefined && follows[row] >= 0;
  const arrival = follows
    ? Float64Array.from(given.arrival, (time, row) => (isFollower(row) ? 0 : time))
    : given.arrival;
  check('arrival', arrival, TIME);
  const order = Int32Array.from({ length: count }, (_, row) => row);
  order.sort((a, b) => Number(isFollower(a)) - Number(isFollower(b)) || arrival[a] - arrival[b] || a - b);
  const pick = <T extends Float64Array | Int32Array | Uint8Array>(
    into: T,
    name: string,
    column: ArrayLike<number> | undefined,
    otherwise: (row: number) => number,
    limits: Limits,
  ): T => {
    if (column) check(name, column, limits);
    for (let k = 0; k < count; k++) into[k] = column ? column[order[k]] : otherwise(order[k]);
    return into;
  };
  const int32: Limits = { min: -0x80000000, max: UNDECLARED };
  const whole: Limits = { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  const never = { ...TIME, infinite: true };
  const acceptance = typeof given.acceptance === 'function' ? given.acceptance(order) : given.acceptance;
  const base = {
    name: given.name,
    count,
    arrival: pick(new Float64Array(count), 'arrival', arrival, () => 0, TIME),
    promptTokens: pick(new Int32Array(count), 'promptTokens', given.promptTokens, () => 0, TOKENS),
    outputTokens: pick(new Int32Array(count), 'outputTokens', given.outputTokens, () => 0, TOKENS),
    declared: pick(new Int32Array(count), 'declared', given.declared, () => UNDECLARED, TOKENS),
    key: pick(new Float64Array(count), 'key', given.key, (row) => row, whole),
    priority: pick(new Int32Array(count), 'priority', given.priority, () => 0, int32),
    tenant: pick(new Int32Array(count), 'tenant', given.tenant, () => 0, int32),
    slo: pick(new Uint8Array(count), 'slo', given.slo, () => 0, { min: 0, max: 255 }),
    deadline: pick(new Float64Array(count), 'deadline', given.deadline, () => Infinity, never),
    abortAt: pick(new Float64Array(count), 'abortAt', given.abortAt, () => Infinity, never),
    tie: pick(new Float64Array(count), 'tie', given.tie, (row) => row, whole),
    acceptance: acceptance ?? noAcceptance,
    ids: given.ids ? Array.from(order, (row) => given.ids?.[row] ?? '') : [],
  };
  return {
    ...base,
    ...(given.content && { content: internContent(given, order, base.promptTokens) }),
    ...((given.prompts || given.models) && { texts: wordsOf(given, order) }),
    ...(follows && roundsOf(follows)),
  };

  /** Links in rows of the sorted workload. Without a follower there are none. */
  function roundsOf(before: ArrayLike<number>): Pick<Workload, 'rounds'> {
    const think = pick(new Float64Array(count), 'think', given.think, () => 0, TIME);
    const place = new Int32Array(count);
    order.forEach((row, k) => {
      place[row] = k;
    });
    const sorted = Int32Array.from(order, (row) => (before[row] < 0 ? -1 : place[before[row]]));
    if (sorted.every((row) => row < 0)) return {};
    sorted.forEach((row, k) => {
      if (row >= 0) base.arrival[k] = Infinity;
    });
    return { rounds: linkRounds(given.name, sorted, think) };
  }
}

function wordsOf({ prompts, models }: WorkloadColumns, order: Int32Array): Texts {
  const sorted = (column: readonly (string | undefined)[] = []): (string | undefined)[] =>
    Array.from(order, (row) => column[row]);
  return recordedTexts(prompts && sorted(prompts), models && sorted(models));
}

/** Names of sequences become numbers, segments one flat list. */
function internContent(given: WorkloadColumns, order: Int32Array, promptTokens: Int32Array): Content {
  const content = given.content ?? [];
  const names = new Map<string, number>();
  const intern = (name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  const sequence: number[] = [];
  const tokens: number[] = [];
  const offsets = new Int32Array(order.length + 1);
  const answer = new Int32Array(order.length);
  order.forEach((row, k) => {
    let total = 0;
    for (const [name, n] of content[row].segments) {
      if (!Number.isInteger(n) || n < 0) {
        throw new RangeError(`${given.name}: segment ${name} of row ${row} has ${n} tokens, expected a whole number`);
      }
      if (n === 0) continue;
      sequence.push(intern(name));
      tokens.push(n);
      total += n;
    }
    if (total !== promptTokens[k]) {
      throw new RangeError(
        `${given.name}: segments of row ${row} have ${total} tokens, its prompt has ${promptTokens[k]}`,
      );
    }
    offsets[k + 1] = tokens.length;
    answer[k] = intern(content[row].answer);
  });
  return { offsets, sequence: Int32Array.from(sequence), tokens: Int32Array.from(tokens), answer };
}

/** Where workloads come from: a seed names one draw of the future. */
export interface Source {
  readonly name: string;
  sample(seed: number | string): Workload;
}
