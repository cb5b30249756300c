/** A wrapper around a vector environment: the same maps, for every row. */
import { type Columns, createColumns } from '../columns.js';
import type { Info } from '../env.js';
import type { Space } from '../spaces/space.js';
import { copierOf, copyOf, rowsOf } from '../vector/batches.js';
import { resetsOf } from '../vector/resets.js';
import type { VectorEnv, VectorResetOptions, VectorStepResult } from '../vector/vector-env.js';
import { extended, insideOfVector } from './inside.js';
import { infosOf } from './lift-infos.js';
import { type Restart, rowsOut } from './lift-rows.js';
import { type AnyWrapper, type Layer, type Or, Row, type Same, type Wrapper } from './wrapper.js';

type Vector<O, A, B, Actions> = VectorEnv<O, A, B, Actions> & Layer;

/**
 * The vector environment with the wrapper around it. Episodes that the wrapper cuts off are reset as those that end by themselves;
 * statistics are shared by all rows and take in those of a call before any of them comes out.
 * @throws Error if the wrapper has no vector form, or the two do not fit
 */
export const lift = <O, A, B, Actions, O2 = Same, A2 = Same, B2 = Same>(
  env: VectorEnv<O, A, B, Actions>,
  wrapper: Wrapper<O2, A2, B2>,
): Vector<Or<O2, O>, Or<A2, A>, Or<B2, B>, A2 extends Same ? Actions : unknown> =>
  around(env as VectorEnv, wrapper as AnyWrapper) as unknown as Vector<
    Or<O2, O>,
    Or<A2, A>,
    Or<B2, B>,
    A2 extends Same ? Actions : unknown
  >;

function around(env: VectorEnv, wrapper: AnyWrapper): Vector<unknown, unknown, unknown, unknown> {
  if (wrapper.alone) throw new Error(`${wrapper.name} has no vector form: ${wrapper.alone}`);
  const kernel = wrapper.bind(insideOfVector(env));
  const { check, action: mapAction, tell, done, masks } = kernel;
  const { count, over, autoreset } = env;
  const inSpace = env.singleObservationSpace;
  const { observationSpace = inSpace, actionSpace = env.singleActionSpace } = kernel;
  const finals = env.finals && kernel.observe ? createColumns(observationSpace, count) : env.finals;
  const newMasks = masks !== undefined || kernel.actionSpace !== undefined;
  const direct = !kernel.observe && !newMasks;
  const copyRow = copierOf(inSpace);
  const actionRows = rowsOf(actionSpace, count);
  const inward = mapAction ? env.singleActionSpace.createBatch(count) : null;
  /** What happened to each row in the call at hand. */
  const rows = new Uint8Array(count);
  const made: { scratch: Columns | null; mine: Columns | null } = { scratch: null, mine: null };
  const told = infosOf({
    name: wrapper.name,
    rows,
    space: observationSpace,
    finals,
    observes: Boolean(kernel.observe),
    newMasks,
    ...(tell ? { tell } : {}),
  });
  const outward = rowsOut({ env, kernel, rows, finals, direct });
  let spec: VectorEnv['spec'] | undefined;

  /** What is inside, where it differs from what is outside. */
  function inside(out: Columns): Columns {
    if (direct) return out;
    const width = newMasks ? 0 : out.width;
    if (made.scratch?.width !== width) made.scratch = createColumns(inSpace, count, width);
    return made.scratch as Columns;
  }

  /** Actions on their way in; says which rows step and which only begin. */
  function sent(actions: unknown): unknown {
    for (let i = 0; i < count; i++) {
      rows[i] = over[i] !== 0 && autoreset === 'next-step' ? Row.begun : Row.stepped;
      if (rows[i] === Row.stepped) check?.(i);
    }
    if (inward === null) return actions;
    const each = actionRows(actions);
    for (let i = 0; i < count; i++)
      if (rows[i] === Row.stepped) env.singleActionSpace.write(inward, i, mapAction?.(each[i], i));
    return inward;
  }

  const restartInto: Restart = (mask, into) => env.resetInto(into, { options: { reset_mask: mask } });

  function marked(how: VectorResetOptions): void {
    resetsOf(how, count).forEach((each, i) => {
      rows[i] = each === null ? Row.idle : Row.begun;
    });
    kernel.checkReset?.(rows);
  }

  /** The tuple API's arrays as columns, and where they go. */
  function tuples(observation: unknown, numbers?: Pick<Columns, 'reward' | 'terminated' | 'truncated'>) {
    made.mine ??= createColumns(observationSpace, count);
    const { mine } = made;
    const from: Columns = { ...createNumbers(count), ...numbers, observation, mask: null, width: 0 };
    return { from, out: kernel.observe ? { ...from, observation: mine.observation } : from };
  }

  function reset(how: VectorResetOptions = {}): [unknown, Info] {
    marked(how);
    const [observation, infos] = env.reset(how);
    const { from, out } = tuples(observation);
    outward(from, out, 'reset', restartInto);
    const outside = told(infos, null);
    done?.(rows);
    return [kernel.observe ? copyOf(out.observation) : observation, outside];
  }

  function step(actions: unknown): VectorStepResult<unknown> {
    const [observation, reward, terminated, truncated, infos] = env.step(sent(actions));
    const { from, out } = tuples(observation, { reward, terminated, truncated });
    let again: Info | null = null;
    outward(from, out, 'next-step', (mask, into) => {
      const [first, infosAgain] = env.reset({ options: { reset_mask: mask } });
      for (let i = 0; i < count; i++) if (mask[i] === 1) copyRow(first, i, into.observation, i);
      again = infosAgain;
    });
    const outside = told(infos, again);
    done?.(rows);
    return [kernel.observe ? copyOf(out.observation) : observation, reward, terminated, truncated, outside];
  }

  const vector: Vector<unknown, unknown, unknown, unknown> = {
    wrapper,
    state: kernel.state ?? {},
    saved: kernel.saved ?? [],
    count,
    singleObservationSpace: observationSpace,
    singleActionSpace: actionSpace,
    observationSpace: (observationSpace as Space).batchSpace(count),
    actionSpace: (actionSpace as Space).batchSpace(count),
    autoreset,
    metadata: kernel.metadata ?? env.metadata,
    get spec() {
      return spec === undefined ? extended(env.spec, wrapper) : spec;
    },
    set spec(value) {
      spec = value;
    },
    inner: env,
    over,
    finals,
    reset,
    step,
    resetInto(out, how = {}) {
      marked(how);
      const from = inside(out);
      env.resetInto(from, how);
      outward(from, out, 'reset', restartInto);
      done?.(rows);
    },
    stepInto(actions, out) {
      const from = inside(out);
      env.stepInto(sent(actions), from);
      outward(from, out, 'next-step', restartInto);
      done?.(rows);
    },
    render: () => env.render(),
    close: () => env.close(),
  };
  if (env.envs) Object.assign(vector, { envs: env.envs });
  if (masks) vector.actionMasks = () => concat(Array.from(rows, (_, i) => masks?.(i) as Uint8Array));
  else if (!newMasks && env.actionMasks) vector.actionMasks = () => env.actionMasks?.() as Uint8Array;
  return vector;
}

const createNumbers = (rows: number): Omit<Columns, 'observation' | 'mask' | 'width'> => ({
  rows,
  reward: new Float64Array(rows),
  terminated: new Uint8Array(rows),
  truncated: new Uint8Array(rows),
  elapsed: new Float64Array(rows).fill(1),
});

const concat = (masks: readonly Uint8Array[]): Uint8Array => Uint8Array.from(masks.flatMap((mask) => [...mask]));
