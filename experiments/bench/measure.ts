/** CPU time of runs: side by side, repeated, warm. */

/** µs of CPU a run took, all threads of the process: its own work, compilation and garbage collection alike. */
export function cpuMicros(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

export interface Timing {
  /** µs, middle of the repeats. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export const timingOf = (micros: readonly number[]): Timing => {
  const sorted = [...micros].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], min: sorted[0], max: sorted[sorted.length - 1] };
};

/** What is timed. */
export interface Run {
  /** Makes what the run needs; not timed. */
  readonly prepare?: () => void;
  readonly run: () => void;
}

/**
 * Times runs that take turns, so that a busy machine slows all of them alike.
 * @param warm rounds whose times are thrown away: code is compiled in them
 */
export function sideBySide(runs: readonly (Run | (() => void))[], repeats: number, warm = 3): Timing[] {
  const micros: number[][] = runs.map(() => []);
  for (let round = -warm; round < repeats; round++) {
    runs.forEach((each, k) => {
      const { prepare, run }: Run = typeof each === 'function' ? { run: each } : each;
      prepare?.();
      const time = cpuMicros(run);
      if (round >= 0) micros[k].push(time);
    });
  }
  return micros.map(timingOf);
}
