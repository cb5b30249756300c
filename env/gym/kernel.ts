/** An environment from its kernel: the few functions that are its own. The tuple API and the allocation-free one give the same numbers, since there is one implementation. */
import { type Seed, type Stream, stream } from '../random.js';
import { type Columns, createColumns } from './columns.js';
import { type Env, type Frame, type Info, type Metadata, NO_METADATA } from './env.js';
import type { Space } from './spaces/space.js';

/**
 * What an environment must say of itself. Rows are of `Columns`: write `observation`, `reward`, `terminated`, `truncated`;
 * `elapsed` is 1 unless written. X: what learners find on `env.unwrapped` beside the contract.
 */
export interface Kernel<O, A, B, X = unknown> {
  readonly observationSpace: Space<O, B>;
  readonly actionSpace: Space<A>;
  readonly metadata?: Metadata;
  /** Actions that `mask` tells of; 0 or absent: no masks. */
  readonly maskWidth?: number;
  /** Steps after the end of an episode are carried out instead of refused (environments that play a script). */
  readonly goesOn?: boolean;
  /** Begins an episode and writes its first observation. */
  begin(out: Columns<B>, row: number, options: Readonly<Record<string, unknown>>): void;
  /** Carries out an action. @throws Error that names what was wrong with it; nothing has happened then */
  advance(action: A, out: Columns<B>, row: number): void;
  /** Writes 1 for each legal action, 0 for others. */
  mask?(into: Uint8Array, from: number): void;
  /** A fresh object of what else there is to say; asked only by the tuple API. */
  info?(): Info;
  render?(mode: string): Frame;
  close?(): void;
  /** A copy in the same state that draws from `random`, which stands where this one's does. */
  fork?(random: Stream): Kernel<O, A, B, X>;
  readonly extras?: Readonly<X>;
}

export interface EnvOptions {
  readonly renderMode?: string | null;
}

/** Rows that are handed out before new ones are allocated. */
const SLAB = 256;

/** Where an environment is in its life; only `running` takes steps. */
type Phase = 'made' | 'running' | 'ended' | 'closed';

const REFUSED: Readonly<Record<Exclude<Phase, 'running'>, string>> = {
  made: 'step before the first reset: call reset() to begin an episode',
  ended: 'step after the end of the episode: call reset() to begin the next one',
  closed: 'this environment is closed: make a new one',
};

/** What a fork takes over. */
interface Standing {
  readonly phase: Phase;
  readonly seed: Seed | null;
  readonly renderMode: string | null;
}

/**
 * The environment of a kernel.
 * @param make gets the environment's random stream, whose state `reset({ seed })` rewrites in place
 * @throws Error if the render mode is none of the kernel's, or masks are announced that nobody writes
 */
export function createEnv<O, A, B, X = unknown>(
  make: (random: Stream) => Kernel<O, A, B, X>,
  { renderMode = null }: EnvOptions = {},
): Env<O, A, B> & X {
  const random = stream(0, 'env');
  return wrapKernel(make(random), random, { phase: 'made', seed: null, renderMode });
}

function wrapKernel<O, A, B, X>(
  kernel: Kernel<O, A, B, X>,
  random: Stream,
  { phase, seed, renderMode }: Standing,
): Env<O, A, B> & X {
  const { observationSpace, actionSpace, metadata = NO_METADATA, maskWidth = 0, goesOn = false } = kernel;
  if (renderMode !== null && !metadata.renderModes.includes(renderMode))
    throw new Error(
      `render mode ${JSON.stringify(renderMode)} is not one of ${metadata.renderModes.join(', ') || '(none)'}`,
    );
  if (maskWidth > 0 && !kernel.mask) throw new Error(`masks of ${maskWidth} actions, but no mask() that writes them`);
  let slab: Columns<B> | null = null;
  let next = 0;

  /** Columns whose row `next` nobody has seen: what was handed out stays as it was. */
  function fresh(): Columns<B> {
    if (slab === null || next === SLAB) {
      slab = createColumns(observationSpace, SLAB, maskWidth);
      next = 0;
    }
    return slab;
  }

  function told({ mask }: Columns<B>, row: number): Info {
    const info: Info = kernel.info?.() ?? {};
    if (mask) info.action_mask = mask.subarray(row * maskWidth, (row + 1) * maskWidth);
    return info;
  }

  // Data, no accessors: with one of them V8 keeps the object as a dictionary, and looks up every call of a step in it.
  const env: { -readonly [K in keyof Env<O, A, B>]: Env<O, A, B>[K] } = {
    observationSpace,
    actionSpace,
    metadata,
    renderMode,
    spec: null,
    random,
    randomSeed: seed,
    unwrapped: null as unknown as Env, // set below
    reset(how) {
      const out = fresh();
      resetInto(out, next, how);
      const row = next++;
      return [observationSpace.read(out.observation, row), told(out, row)];
    },
    step(action) {
      const out = fresh();
      stepInto(action, out, next);
      const row = next++;
      const observation = observationSpace.read(out.observation, row);
      return [observation, out.reward[row], out.terminated[row] === 1, out.truncated[row] === 1, told(out, row)];
    },
    resetInto,
    stepInto,
    render() {
      if (renderMode === null)
        throw new Error(
          `this environment was made without a render mode; there are ${metadata.renderModes.join(', ') || 'none'}`,
        );
      return kernel.render?.(renderMode) ?? null;
    },
    close() {
      if (phase === 'closed') return;
      phase = 'closed';
      kernel.close?.();
    },
  };

  env.unwrapped = env as Env;

  function resetInto(out: Columns<B>, row: number, how?: Parameters<Env['reset']>[0]): void {
    if (phase === 'closed') throw new Error(REFUSED.closed);
    if (!fits(out, row, maskWidth)) throw new Error(misfit(out, row, maskWidth));
    const wanted = how?.seed ?? null;
    if (wanted !== null) {
      checkSeed(wanted);
      env.randomSeed = wanted;
      stream(wanted, 'env', random.state);
    }
    phase = 'made';
    out.reward[row] = out.elapsed[row] = 0;
    out.terminated[row] = out.truncated[row] = 0;
    kernel.begin(out, row, checkOptions(how?.options));
    if (out.mask) kernel.mask?.(out.mask, row * maskWidth);
    phase = 'running';
  }

  function stepInto(action: A, out: Columns<B>, row: number): void {
    if (phase !== 'running' && !(phase === 'ended' && goesOn)) throw new Error(REFUSED[phase]);
    if (!fits(out, row, maskWidth)) throw new Error(misfit(out, row, maskWidth));
    out.elapsed[row] = 1;
    kernel.advance(action, out, row);
    if (out.terminated[row] + out.truncated[row] > 0) phase = 'ended';
    if (out.mask) kernel.mask?.(out.mask, row * maskWidth);
  }

  if (maskWidth > 0)
    env.actionMasks = () => {
      const mask = new Uint8Array(maskWidth);
      kernel.mask?.(mask, 0);
      return mask;
    };
  if (kernel.fork)
    env.fork = () => {
      const twin = stream(0, 'env');
      twin.state.set(random.state);
      const copy = kernel.fork?.(twin) as Kernel<O, A, B, X>;
      const forked = wrapKernel(copy, twin, { phase, seed: env.randomSeed, renderMode });
      forked.spec = env.spec;
      return forked;
    };
  return Object.assign(env, kernel.extras) as Env<O, A, B> & X;
}

/** Whether the columns have the row, and masks of this width if any. Small, since every step asks. */
const fits = ({ rows, mask, width }: Columns, row: number, maskWidth: number): boolean =>
  row >= 0 && row < rows && (mask === null || width === maskWidth);

const misfit = ({ rows, width }: Columns, row: number, maskWidth: number): string =>
  row >= 0 && row < rows
    ? `columns with masks of ${width} actions, this environment has masks of ${maskWidth}`
    : `row ${row} of columns that have ${rows}`;

function checkSeed(seed: unknown): void {
  if (typeof seed === 'string' || (typeof seed === 'number' && Number.isFinite(seed))) return;
  throw new Error(`a seed must be a finite number or a word, not ${typeof seed === 'number' ? seed : typeof seed}`);
}

function checkOptions(options: unknown): Readonly<Record<string, unknown>> {
  if (options === undefined || options === null) return {};
  if (typeof options === 'object' && !Array.isArray(options)) return options as Record<string, unknown>;
  throw new Error(
    `reset options must be an object, not ${Array.isArray(options) ? 'an array' : JSON.stringify(options)}`,
  );
}
