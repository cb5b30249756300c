/** Sums over equal pieces of time (or of any axis that only goes forward) in constant memory. */

/** Most pieces that are kept; a picture needs no more. */
const MOST = 512;

export interface Timeline<Name extends string> {
  /** Adds to the piece that holds `at` ≥ 0. */
  add(at: number, amounts: Readonly<Record<Name, number>>): void;
  /** The pieces from 0 to the last that was added to. */
  pieces(): ({ readonly from: number; readonly to: number } & Readonly<Record<Name, number>>)[];
}

/**
 * Whenever the axis outgrows the pieces, neighbours are added up and each piece is twice as wide.
 * @param width of a piece at first, in units of the axis
 */
export function createTimeline<Name extends string>(width: number, names: readonly Name[]): Timeline<Name> {
  const sums = names.map((name) => ({ name, values: new Float64Array(MOST) }));
  let wide = width;
  let used = 0;
  const halve = (): void => {
    wide *= 2;
    used = Math.ceil(used / 2);
    for (const { values } of sums) {
      for (let k = 0; k < MOST / 2; k++) values[k] = values[2 * k] + values[2 * k + 1];
      values.fill(0, MOST / 2);
    }
  };
  return {
    add(at, amounts) {
      while (at >= wide * MOST) halve();
      const piece = Math.floor(at / wide);
      used = Math.max(used, piece + 1);
      for (const { name, values } of sums) values[piece] += amounts[name];
    },
    pieces: () =>
      Array.from({ length: used }, (_, k) => ({
        from: k * wide,
        to: (k + 1) * wide,
        ...(Object.fromEntries(sums.map(({ name, values }) => [name, values[k]])) as Record<Name, number>),
      })),
  };
}
