/** Closed loops: requests that follow others, the sessions they make, and the time between an answer and the next question. */
import { MICROS_PER_SECOND } from '../../env/time.js';
import type { TraceRow } from '../../env/workloads/traces/row.js';
import { createBoundedMap } from './bounded-map.js';
import { addToSpread, createSpread, type SpreadSummary, summaryOf } from './spread.js';

export interface SessionSummary {
  /** Requests that come at their own time; everyone who follows one of them, directly or not, is of its session. */
  readonly sessions: number;
  /** Requests that follow another. */
  readonly followers: number;
  /** Requests of a session. */
  readonly rounds: SpreadSummary;
  /** Seconds. */
  readonly think: SpreadSummary;
  /**
   * More followers, of nobody known: they stand before the one they follow, or that one is outside the window, or behind the
   * first million of requests.
   */
  readonly unplaced: number;
}

export interface Sessions {
  /**
   * @param line stands for the key of a row without one
   * @returns whether it comes at its own time, or follows somebody who is known
   */
  add(row: TraceRow, line: number): boolean;
  /** Undefined if nobody follows anyone. */
  summary(): SessionSummary | undefined;
}

/** @param most requests whose session is remembered; 32 bytes each */
export function createSessions(most = 2 ** 20): Sessions {
  const sessionOf = createBoundedMap(most);
  const rounds: number[] = [];
  const think = createSpread();
  let sessions = 0;
  let unplaced = 0;

  /** A session's number; undefined for the follower of nobody known. */
  const sessionFor = ({ follows }: TraceRow): number | undefined =>
    follows === undefined ? sessions++ : sessionOf.get(follows);

  return {
    add(row, line) {
      const session = sessionFor(row);
      if (session === undefined) {
        unplaced++;
        return false;
      }
      if (row.follows !== undefined) addToSpread(think, row.think ?? 0);
      const remembered = sessionOf.set(row.key ?? line, session);
      // When there is no room, nobody can be seen to follow a session that begins: its length is not known.
      if (remembered || session < rounds.length) rounds[session] = (rounds[session] ?? 0) + 1;
      return true;
    },
    summary() {
      const followers = think.moments.count;
      if (followers + unplaced === 0) return undefined;
      const perSession = createSpread();
      for (const n of rounds) addToSpread(perSession, n);
      return {
        sessions,
        followers,
        rounds: summaryOf(perSession),
        think: summaryOf(think, MICROS_PER_SECOND),
        unplaced,
      };
    },
  };
}
