/** A wrapper around one environment: the tuple API, and rows of columns where the environment has them. */
import { type Columns, createColumns } from '../columns.js';
import type { Env, Info, ResetOptions, ResetResult, StepResult } from '../env.js';
import { copyNumbers } from '../vector/autoreset.js';
import { copierOf, copyOf } from '../vector/batches.js';
import { freshRows } from './fresh.js';
import { extended, insideOf } from './inside.js';
import { type AnyWrapper, type Layer, type Or, Row, type Same, type Wrapper } from './wrapper.js';

/** Actions, observations and batches of a wrapped environment. */
export type Wrapped<O, A, B> = Env<O, A, B> & Layer;

const STEPPED = Uint8Array.of(Row.stepped);
const BEGUN = Uint8Array.of(Row.begun);

/**
 * The environment with the wrapper around it: same contract, spec with the wrapper in it, masks where actions stay what they
 * are, `fork` with the wrapper's memory if the environment can be forked.
 * @throws Error if the two do not fit
 */
export const wrap = <O, A, B, O2 = Same, A2 = Same, B2 = Same>(
  env: Env<O, A, B>,
  wrapper: Wrapper<O2, A2, B2>,
): Wrapped<Or<O2, O>, Or<A2, A>, Or<B2, B>> =>
  around(env as Env, wrapper as AnyWrapper) as Wrapped<Or<O2, O>, Or<A2, A>, Or<B2, B>>;

/** As `make` made it, if it did. */
interface Outer extends Wrapped<unknown, unknown, unknown> {
  readonly made: { spec: Env['spec'] | undefined };
  readonly inner: Env;
}

/** What a wrapper looks up inside. On a prototype: an object with accessors of its own is a dictionary to V8, which looks up every call of a step in it. */
const lookedUp = {
  get spec() {
    const { made, inner, wrapper } = outer(this);
    return made.spec === undefined ? extended(inner.spec, wrapper) : made.spec;
  },
  set spec(spec) {
    outer(this).made.spec = spec;
  },
  get random() {
    return outer(this).inner.random;
  },
  get randomSeed() {
    return outer(this).inner.randomSeed;
  },
  get unwrapped() {
    return outer(this).inner.unwrapped;
  },
};

const outer = (of: unknown): Outer => of as Outer;

function around(inner: Env, wrapper: AnyWrapper): Wrapped<unknown, unknown, unknown> {
  const kernel = wrapper.bind(insideOf(inner));
  // Taken apart once: looking up what may be absent costs more than calling it.
  const { check, action: mapAction, instead, again, begin, gather, step: count, tell, done, masks } = kernel;
  const { observationSpace = inner.observationSpace, actionSpace = inner.actionSpace, state = {} } = kernel;
  const fresh = freshRows(observationSpace);
  const copyRow = copierOf(inner.observationSpace);
  const observe: NonNullable<typeof kernel.observe> =
    kernel.observe ?? ((from, i, to, o) => copyRow(from.observation, i, to.observation, o));
  const counts = Boolean(gather || count || again);
  const newMasks = masks !== undefined || kernel.actionSpace !== undefined;
  const direct = !kernel.observe && !newMasks;
  const made: Outer['made'] = { spec: undefined };
  let scratch: Columns | null = null;

  /** A row of what the environment inside says. */
  function cell(width = 0): Columns {
    if (scratch?.width !== width) scratch = createColumns(inner.observationSpace, 1, width);
    return scratch as Columns;
  }

  function shown(observation: unknown, first: boolean): unknown {
    if (!kernel.observe) return observation;
    const { columns, row } = fresh();
    kernel.observe(cell(), 0, columns, row, 0, first);
    return observationSpace.read(columns.observation, row);
  }

  function told(info: Info): Info {
    if (newMasks) delete info.action_mask;
    if (masks) info.action_mask = masks(0);
    const more = tell?.(0) ?? {};
    for (const key of Object.keys(more))
      if (Object.hasOwn(info, key))
        throw new Error(`${wrapper.name}: the environment's info has ${JSON.stringify(key)} already`);
    return Object.assign(info, more);
  }

  function reset(how?: ResetOptions): ResetResult<unknown> {
    const result = inner.reset(how);
    kernel.sawReset?.(result);
    const [observation, info] = result;
    if (kernel.observe) inner.observationSpace.write(cell().observation, 0, observation);
    begin?.(0, 'reset');
    if (counts) gather?.(cell(), 0, BEGUN);
    const outside: ResetResult<unknown> = [shown(observation, true), told(info)];
    done?.(BEGUN);
    return outside;
  }

  function step(action: unknown): StepResult<unknown> {
    if (instead?.(0)) {
      const [observation, info] = reset();
      return [observation, 0, false, false, info];
    }
    check?.(0);
    const inward = mapAction ? copyOf(mapAction(action, 0)) : action;
    let result: StepResult<unknown>;
    do {
      result = inner.step(inward);
      kernel.sawStep?.(result);
      if (kernel.observe) inner.observationSpace.write(cell().observation, 0, result[0]);
      if (counts) putNumbers(result, cell());
      gather?.(cell(), 0, STEPPED);
      count?.(cell(), 0, 0);
    } while (again?.(cell(), 0, 0));
    const [observation, reward, terminated, truncated, info] = result;
    const seen = shown(observation, false);
    const outside: StepResult<unknown> = counts
      ? [seen, cell().reward[0], cell().terminated[0] === 1, cell().truncated[0] === 1, told(info)]
      : [seen, reward, terminated, truncated, told(info)];
    done?.(STEPPED);
    return outside;
  }

  /** What a row inside becomes outside. */
  function outward(from: Columns, out: Columns, row: number, first: boolean): void {
    if (from !== out) {
      copyNumbers(from, 0, out, row);
      observe(from, 0, out, row, 0, first);
      if (out.mask) out.mask.set(masks?.(0) ?? from.mask ?? [], row * out.width);
    }
    done?.(first ? BEGUN : STEPPED);
  }

  function resetInto(out: Columns, row: number, how?: ResetOptions): void {
    const from = direct ? out : cell(newMasks ? 0 : out.width);
    const at = direct ? row : 0;
    inner.resetInto?.(from, at, how);
    begin?.(0, 'reset');
    gather?.(from, at, BEGUN);
    outward(from, out, row, true);
  }

  function stepInto(action: unknown, out: Columns, row: number): void {
    if (instead?.(0)) {
      resetInto(out, row);
      return;
    }
    check?.(0);
    const inward = mapAction ? mapAction(action, 0) : action;
    const from = direct ? out : cell(newMasks ? 0 : out.width);
    const at = direct ? row : 0;
    do {
      inner.stepInto?.(inward, from, at);
      gather?.(from, at, STEPPED);
      count?.(from, at, 0);
    } while (again?.(from, at, 0));
    outward(from, out, row, false);
  }

  const env: Outer = Object.assign(Object.create(lookedUp) as Pick<Outer, keyof typeof lookedUp>, {
    made,
    wrapper,
    state,
    saved: kernel.saved ?? [],
    observationSpace,
    actionSpace,
    metadata: kernel.metadata ?? inner.metadata,
    renderMode: inner.renderMode,
    inner,
    reset,
    step,
    render: () => (kernel.render ? kernel.render(() => inner.render()) : inner.render()),
    close: () => inner.close(),
  });
  if (inner.resetInto && inner.stepInto) Object.assign(env, { resetInto, stepInto });
  if (masks) env.actionMasks = () => masks(0);
  else if (!newMasks && inner.actionMasks) env.actionMasks = () => inner.actionMasks?.() as Uint8Array;
  if (inner.fork)
    env.fork = () => {
      const twin = around(inner.fork?.() as Env, wrapper);
      Object.assign(twin.state, copyOf(state));
      if (env.made.spec !== undefined) twin.spec = env.made.spec;
      return twin;
    };
  return env;
}

function putNumbers([, reward, terminated, truncated, info]: StepResult<unknown>, into: Columns): void {
  into.reward[0] = reward;
  into.terminated[0] = terminated ? 1 : 0;
  into.truncated[0] = truncated ? 1 : 0;
  into.elapsed[0] = typeof info?.elapsed === 'number' ? info.elapsed : 1;
}
