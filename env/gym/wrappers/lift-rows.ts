/** Rows of a vector environment on their way out of a wrapper. */
import type { Columns } from '../columns.js';
import { copyNumbers } from '../vector/autoreset.js';
import { copierOf } from '../vector/batches.js';
import type { VectorEnv } from '../vector/vector-env.js';
import { type Cause, Row, type RowKernel } from './wrapper.js';

/** Resets rows inside: those of a mask, into the columns of what is inside. */
export type Restart = (mask: Uint8Array, into: Columns) => void;

interface Lifting {
  readonly env: VectorEnv;
  readonly kernel: RowKernel;
  /** What happened to each row in the call; ends are added. */
  readonly rows: Uint8Array;
  /** Final observations as they are outside. */
  readonly finals: Columns | null;
  /** Whether rows inside are those outside, numbers aside. */
  readonly direct: boolean;
}

/** Takes the rows of a call from what is inside to what is outside. @param cause why rows begin that did not end in this call */
export function rowsOut({ env, kernel, rows, finals, direct }: Lifting) {
  const { begin, gather, step, masks } = kernel;
  const { over, singleObservationSpace, finals: finalsInside } = env;
  const copyRow = copierOf(singleObservationSpace);
  const observe: NonNullable<typeof kernel.observe> =
    kernel.observe ?? ((from, i, to, o) => copyRow(from.observation, i, to.observation, o));

  /** Observation and mask of a row. */
  function show(from: Columns, out: Columns, i: number, first: boolean): void {
    if (direct) return;
    observe(from, i, out, i, i, first);
    if (!out.mask) return;
    const mask = masks?.(i) ?? from.mask?.subarray(i * from.width, (i + 1) * from.width);
    if (mask) out.mask.set(mask, i * out.width);
  }

  /** Under `same-step`: episodes that the wrapper ended begin anew at once. */
  function restartRows(cut: Uint8Array, from: Columns, out: Columns, last: Columns, restart: Restart): void {
    for (let i = 0; i < rows.length; i++) {
      if (cut[i] === 0) continue;
      observe(from, i, last, i, i, false);
      copyNumbers(out, i, last, i);
    }
    restart(cut, from);
    for (let i = 0; i < rows.length; i++) {
      if (cut[i] === 0) continue;
      rows[i] = Row.ended;
      copyNumbers(last, i, out, i);
      begin?.(i, 'same-step');
      show(from, out, i, true);
    }
  }

  return (from: Columns, out: Columns, cause: Cause, restart: Restart): void => {
    if (finals !== null)
      for (let i = 0; i < rows.length; i++)
        if (rows[i] === Row.stepped && (from.terminated[i] | from.truncated[i]) !== 0) rows[i] = Row.ended;
    gather?.(from, 0, rows);
    let cut: Uint8Array | null = null;
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] === Row.idle) continue;
      if (from !== out) copyNumbers(from, i, out, i);
      if (rows[i] !== Row.begun) step?.(out, i, i);
      if (rows[i] === Row.stepped && (out.terminated[i] | out.truncated[i]) !== 0) {
        if (finals !== null) {
          cut ??= new Uint8Array(rows.length);
          cut[i] = 1;
          continue;
        }
        over[i] = 1;
      }
      if (rows[i] === Row.ended && kernel.observe && finalsInside && finals)
        kernel.observe(finalsInside, i, finals, i, i, false);
      if (rows[i] !== Row.stepped) begin?.(i, rows[i] === Row.ended ? 'same-step' : cause);
      show(from, out, i, rows[i] !== Row.stepped);
    }
    if (cut !== null && finals !== null) restartRows(cut, from, out, finals, restart);
  };
}
