/**
 * What networks see of a batch: observations, and which of their columns count. A column that is 0 in every row, as those of empty slots
 * are, can be left out of a product: a term 0·w changes no sum. Networks that see the same share one sight.
 */
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';

/** So many inputs are an observation in slots, some of which may be empty. */
const MANY = 64;
/** A larger share of the inputs that count is not worth picking them out, and neither are fewer rows. */
const MOST = 0.75;
const ROWS = 16;

export interface Sight {
  /** Write observations here [rows × inputs], then `see` them. */
  readonly input: Reals;
  /** Looks which columns count. */
  see(rows: number): void;
  /** The columns that count in what was seen last: the first `used`. Where `all` of the inputs are taken instead they are not listed. */
  readonly columns: Int32Array;
  readonly used: number;
  readonly all: boolean;
  /** These columns as a matrix of their own [rows × used]. */
  readonly picked: Reals;
  /** Most columns that are ever picked out. */
  readonly room: number;
}

/**
 * @param inputs numbers in an observation
 * @param most rows of a batch
 */
export function createSight({ numbers, places, either, pick }: Kernels, inputs: number, most: number): Sight {
  const room = inputs > MANY ? Math.floor(MOST * inputs) : 0;
  const input = numbers(most * inputs);
  const picked = numbers(most * room);
  const seen = numbers(inputs);
  const columns = places(inputs);
  const sight = {
    input,
    columns,
    used: 0,
    all: true,
    picked,
    room,
    see(rows: number) {
      sight.all = true;
      if (room === 0 || rows < ROWS) return;
      either(input, rows, inputs, seen);
      let used = 0;
      for (let k = 0; k < inputs; k++) if (seen[k] !== 0) columns[used++] = k;
      if (used > room) return;
      sight.used = used;
      sight.all = false;
      pick(input, rows, inputs, columns, used, picked);
    },
  };
  return sight;
}
