/** An environment from its kernel: the few functions that are its own. The tuple API and the allocation-free one give the same numbers, since there is one implementation. */
import { type Seed, type Stream, stream } from '../random.js';
import { type Columns, createColumns } from './columns.js';
import { type Env, type Frame, type Info, type Metadata, NO_METADATA, type ResetOptions } from './env.js';
import type { Space } from './spaces/space.js';

/** What an environment must say of itself. Rows are of `Columns`: write `observation`, `reward`, `terminated`, `truncated`; `elapsed` is 1 and all actions legal unless written. */
export interface Kernel<O, A, B> {
  readonly observationSpace: Space<O, B>;
  readonly actionSpace: Space<A>;
  readonly metadata?: Metadata;
  /** Actions that `mask` tells of; 0 or absent: no masks. */
  readonly maskWidth?: number;
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
  fork?(random: Stream): Kernel<O, A, B>;
  /** What learners may ask for beside (`env.unwrapped`), by name. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** Rows that are handed out before new ones are allocated. */
const SLAB = 256;

export interface EnvOptions {
  readonly renderMode?: string | null;
}

/**
 * The environment of a kernel.
 * @param make gets the environment's random stream, whose state `reset({ seed })` rewrites in place
 * @throws Error if the render mode is none of the kernel's
 */
export function createEnv<O, A, B, K extends Kernel<O, A, B> & Kernel<O, A, B>>(
  make: (random: Stream) => K,
  { renderMode = null }: EnvOptions = {},
): Env<O, A, B> {
  const random = stream(0, 'env');
  return wrapKernel(make(random), random, null, renderMode);
}

function wrapKernel<O, A, B>(
  kernel: Kernel<O, A, B>,
  random: Stream,
  seeded: Seed | null,
  renderMode: string | null,
): Env<O, A, B> {
  const { observationSpace, actionSpace, metadata = NO_METADATA, maskWidth = 0 } = kernel;
  if (renderMode !== null && !metadata.renderModes.includes(renderMode))
    throw new Error(
      `render mode ${JSON.stringify(renderMode)} is not one of ${metadata.renderModes.join(', ') || '(none)'}`,
    );
  let slab = createColumns(observationSpace, SLAB, maskWidth);
  let next = 0;
  let closed = false;

  /** A row nobody has seen: what was handed out stays as it was. */
  function fresh(): number {
    if (next === SLAB) {
      slab = createColumns(observationSpace, SLAB, maskWidth);
      next = 0;
    }
    return next++;
  }

  function told(row: number): Info {
    const info: Info = kernel.info?.() ?? {};
    if (slab.mask) info.action_mask = slab.mask.subarray(row * maskWidth, (row + 1) * maskWidth);
    return info;
  }

  const env: Env<O, A, B> = {
    observationSpace,
    actionSpace,
    metadata,
    renderMode,
    spec: null,
    random,
    get randomSeed() {
      return seeded;
    },
    get unwrapped() {
      return env as Env;
    },
    reset(how) {
      const row = fresh();
      env.resetInto?.(slab, row, how);
      return [observationSpace.read(slab.observation, row), told(row)];
    },
    step(action) {
      const row = fresh();
      env.stepInto?.(action, slab, row);
      return [
        observationSpace.read(slab.observation, row),
        slab.reward[row],
        slab.terminated[row] === 1,
        slab.truncated[row] === 1,
        told(row),
      ];
    },
    resetInto(out, row, how: ResetOptions = {}) {
      if (how.seed !== undefined && how.seed !== null) {
        seeded = how.seed;
        random.state.set(stream(seeded, 'env').state);
      }
      out.reward[row] = 0;
      out.terminated[row] = out.truncated[row] = 0;
      out.elapsed[row] = 0;
      kernel.begin(out, row, how.options ?? {});
      if (out.mask) kernel.mask?.(out.mask, row * maskWidth);
    },
    stepInto(action, out, row) {
      out.elapsed[row] = 1;
      kernel.advance(action, out, row);
      if (out.mask) kernel.mask?.(out.mask, row * maskWidth);
    },
    render() {
      if (renderMode === null)
        throw new Error(
          `this environment was made without a render mode; there are ${metadata.renderModes.join(', ')}`,
        );
      return kernel.render?.(renderMode) ?? null;
    },
    close() {
      if (closed) return;
      closed = true;
      kernel.close?.();
    },
  };
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
      const copy = kernel.fork?.(twin);
      if (!copy) throw new Error('this environment cannot be forked');
      return wrapKernel(copy, twin, seeded, renderMode);
    };
  if (kernel.extras) Object.assign(env, kernel.extras);
  return env;
}
