/** Return, length and duration of episodes. */
import type { Info } from '../env.js';
import { stateOf, type Wrapper } from './wrapper.js';

export interface EpisodeStatisticsOptions {
  /** Episodes that the queues keep [100]. */
  readonly bufferLength?: number;
  /** Key in the info [episode]. */
  readonly statsKey?: string;
}

/** What is remembered of episodes; queues have the newest last. */
export type EpisodeStatistics = {
  readonly episodeReturns: Float64Array;
  readonly episodeLengths: Int32Array;
  readonly returnQueue: number[];
  readonly lengthQueue: number[];
  /** Seconds. */
  readonly timeQueue: number[];
  readonly episodeCount: number;
};

/**
 * Writes `info.episode = { r: return, l: steps, t: seconds }` in the step that ends an episode; in a vector the same as
 * arrays, zero where `_episode` is. Stepping on after the end goes on counting.
 */
export function recordEpisodeStatistics({
  bufferLength = 100,
  statsKey = 'episode',
}: EpisodeStatisticsOptions = {}): Wrapper {
  if (!Number.isSafeInteger(bufferLength) || bufferLength <= 0)
    throw new Error(`RecordEpisodeStatistics: bufferLength is ${bufferLength}, expected a whole number above 0`);
  return {
    name: 'RecordEpisodeStatistics',
    options: { bufferLength, statsKey },
    bind({ rows }) {
      const state = {
        episodeReturns: new Float64Array(rows),
        episodeLengths: new Int32Array(rows),
        began: new Float64Array(rows),
        returnQueue: [] as number[],
        lengthQueue: [] as number[],
        timeQueue: [] as number[],
        episodeCount: 0,
        ended: new Array<Info | null>(rows).fill(null),
      };
      const push = (queue: number[], x: number): void => {
        queue.push(x);
        if (queue.length > bufferLength) queue.shift();
      };
      return {
        state,
        begin(row, cause) {
          if (cause !== 'same-step') state.ended[row] = null;
          state.episodeReturns[row] = 0;
          state.episodeLengths[row] = 0;
          state.began[row] = performance.now();
        },
        step(numbers, at, row) {
          const r = state.episodeReturns[row] + numbers.reward[at];
          const l = state.episodeLengths[row] + 1;
          state.episodeReturns[row] = r;
          state.episodeLengths[row] = l;
          state.ended[row] = null;
          if ((numbers.terminated[at] | numbers.truncated[at]) === 0) return;
          const t = (performance.now() - state.began[row]) / 1000;
          state.ended[row] = { [statsKey]: { r, l, t } };
          push(state.returnQueue, r);
          push(state.lengthQueue, l);
          push(state.timeQueue, t);
          state.episodeCount++;
        },
        tell: (row) => state.ended[row],
      };
    },
  };
}

/** What the outermost RecordEpisodeStatistics around an environment remembers. @throws Error if there is none */
export const episodeStatistics = (env: Parameters<typeof stateOf>[0]): EpisodeStatistics =>
  stateOf(env, 'RecordEpisodeStatistics') as EpisodeStatistics;
