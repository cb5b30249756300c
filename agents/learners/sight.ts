/**
 * What networks see of a batch: observations, and which of their columns count. A column that is 0 in every row, as those of empty slots
 * are, can be left out of a product: a term 0·w changes no sum. Where batches are taken from observations that were surveyed before,
 * columns that are multiples of another are left out, too: their weights are added to the other's. Networks that see the same share one sight.
 */
import type { Kernels } from './kernels.js';
import type { Reals } from './math/reals.js';
import { survey } from './survey.js';

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
  /** Looks at many observations, a row each, of which batches will be taken. */
  survey(observations: readonly Reals[]): void;
  /** Takes one of those that were surveyed last as row k of a batch. Batches of taken rows need not be seen. */
  take(k: number, which: number): void;
  /** Nothing is picked out: the batch stands in `input`. */
  readonly all: boolean;
  /** Else it stands here [rows × width]: the columns that count, one of each group. */
  readonly picked: Reals;
  readonly width: number;
  /** All columns that are not 0, the first `used` of these, group after group. */
  readonly columns: Int32Array;
  readonly used: number;
  /** Groups of more than one; null = each column stands for itself. */
  readonly groups: SeenGroups | null;
  /** Most columns that are ever picked out. */
  readonly room: number;
}

/** As `Groups` of a survey. */
interface SeenGroups {
  readonly first: Int32Array;
  readonly factor: Reals;
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
  const grouped: SeenGroups = { first: places(room + 1), factor: numbers(inputs) };
  let surveyed: readonly Reals[] = [];
  let leaders = new Float32Array(0); // of what was surveyed the columns that lead [rows × width]
  const sight = {
    input,
    all: true,
    picked,
    width: 0,
    columns,
    used: 0,
    groups: null as SeenGroups | null,
    room,
    see(rows: number) {
      sight.all = true;
      sight.groups = null;
      if (room === 0 || rows < ROWS) return;
      either(input, rows, inputs, seen);
      let used = 0;
      for (let k = 0; k < inputs; k++) if (seen[k] !== 0) columns[used++] = k;
      if (used > room) return;
      sight.width = sight.used = used;
      sight.all = false;
      pick(input, rows, inputs, columns, used, picked);
    },
    survey(observations: readonly Reals[]) {
      surveyed = observations;
      sight.all = true;
      if (room === 0) return;
      const found = survey(observations, inputs);
      const width = found.first.length - 1;
      if (width > room) return;
      sight.all = false;
      sight.width = width;
      sight.used = found.columns.length;
      sight.groups = width < sight.used ? grouped : null;
      columns.set(found.columns);
      grouped.first.set(found.first);
      grouped.factor.set(found.factor);
      const leading = found.first.slice(0, width).map((at) => found.columns[at]);
      if (leaders.length < observations.length * width) leaders = new Float32Array(observations.length * width);
      let to = 0;
      for (const row of observations) for (let k = 0; k < width; k++) leaders[to++] = row[leading[k]];
    },
    take(k: number, which: number) {
      if (sight.all) {
        input.set(surveyed[which], k * inputs);
        return;
      }
      const { width } = sight;
      for (let j = 0, from = which * width, to = k * width; j < width; j++) picked[to++] = leaders[from++];
    },
  };
  return sight;
}
