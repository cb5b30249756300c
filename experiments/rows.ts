/** Parts of a workload: contiguous windows of a trace, and requests drawn anew. Sessions stay whole. */
import { type Seed, stream } from '../env/random.js';
import { arriveAtOnce } from '../env/workloads/arrivals.js';
import { pickRows, withFollowers } from '../env/workloads/pick.js';
import { atOnce, withArrivals } from '../env/workloads/retime.js';
import { linkRounds, ownTimes, type Rounds } from '../env/workloads/rounds.js';
import { ROUNDS } from '../env/workloads/sessions.js';
import type { Content, Workload } from '../env/workloads/workload.js';

/**
 * Window `index` of `count` contiguous ones with equally many requests (in a closed loop: sessions), about `most` requests of
 * it; its first request arrives at 0.
 */
export function windowOf(workload: Workload, index: number, count: number, most = Infinity): Workload {
  const own = ownTimes(workload);
  const from = Math.floor((own * index) / count);
  const to = Math.floor((own * (index + 1)) / count);
  const rows: number[] = [];
  for (let row = from, requests = 0; row < to && requests < most; row++) {
    rows.push(row);
    requests += sessionOf(workload, row).length;
  }
  if (rows.length < 2) {
    const what = workload.rounds ? 'sessions' : 'requests';
    throw new Error(
      `${workload.name}: ${own} ${what} are too few for ${count} windows of at least 2; use fewer seeds, or more requests`,
    );
  }
  const part = pickRows(workload, withFollowers(workload, Int32Array.from(rows)));
  const zero = part.arrival[0];
  const earlier = (times: Float64Array): Float64Array =>
    times.map((time, row) => (row < rows.length ? time - zero : time));
  return {
    ...part,
    arrival: earlier(part.arrival),
    deadline: earlier(part.deadline),
    abortAt: earlier(part.abortAt),
  };
}

/**
 * `count` requests at time 0, drawn with replacement (in a closed loop whole sessions, until there are so many). Each draw is
 * somebody else: its key is its number, in a closed loop number × 2^20 + place in the session. What only one session of the trace
 * says, each draw of it says in words of its own; what several sessions say stays shared.
 */
export function redrawn(workload: Workload, count: number, seed: Seed): Workload {
  const { next } = stream(seed, 'rows');
  const own = ownTimes(workload);
  const drawn: Drawn[] = [];
  for (let session = 0; drawn.length < count; session++) {
    sessionOf(workload, Math.floor(next() * own)).forEach((row, place) => {
      drawn.push({ row, session, place });
    });
  }
  const { rounds, ...alone } = workload;
  if (rounds) drawn.sort((a, b) => Math.min(1, a.place) - Math.min(1, b.place)); // followers are the last rows
  const { content, ...picked } = pickRows(
    alone,
    Int32Array.from(drawn, ({ row }) => row),
  );
  const again: Workload = {
    ...picked,
    key: Float64Array.from(drawn, ({ session, place }) => (rounds ? session * ROUNDS + place : session)),
    ids: [],
    ...(content && { content: inOwnWords(content, privateTo(workload), drawn) }),
    ...(rounds && { rounds: linksOf(workload.name, rounds, drawn) }),
  };
  return withArrivals(again, arriveAtOnce, seed);
}

/** Requests that measure capacity: enough that filling the engine does not count. */
export const BACKLOG = 2000;

/** All requests at time 0; where they are few, so many drawn anew. */
export const backlogOf = (workload: Workload, seed: Seed): Workload =>
  atOnce(workload.count < BACKLOG ? redrawn(workload, BACKLOG, seed) : workload);

/** A row of the trace, in which draw, and its place in the session. */
interface Drawn {
  readonly row: number;
  readonly session: number;
  readonly place: number;
}

/** A request that comes at its own time, and all that follow from it. */
const sessionOf = (workload: Workload, row: number): Int32Array => withFollowers(workload, Int32Array.of(row));

function linksOf(name: string, { follows, think }: Rounds, drawn: readonly Drawn[]): Rounds {
  const place = new Map(drawn.map(({ session, row }, k) => [`${session}/${row}`, k]));
  return linkRounds(
    name,
    Int32Array.from(drawn, ({ session, row }) => place.get(`${session}/${follows[row]}`) ?? -1),
    Float64Array.from(drawn, ({ row }) => think[row]),
  );
}

/** Whether only one session says a sequence, or answers with it. */
function privateTo(workload: Workload): (sequence: number) => boolean {
  const speaker = new Map<number, number>();
  const { content } = workload;
  if (!content) return () => false;
  for (let first = 0; first < ownTimes(workload); first++) {
    const says = (sequence: number): void => {
      if ((speaker.get(sequence) ?? first) !== first) speaker.set(sequence, -1);
      else speaker.set(sequence, first);
    };
    for (const row of sessionOf(workload, first)) {
      for (let s = content.offsets[row]; s < content.offsets[row + 1]; s++) says(content.sequence[s]);
      says(content.answer[row]);
    }
  }
  return (sequence) => (speaker.get(sequence) ?? -1) >= 0;
}

/** Sequences of one session get a number in each draw. */
function inOwnWords(content: Content, isPrivate: (sequence: number) => boolean, drawn: readonly Drawn[]): Content {
  const numbers = new Map<string, number>();
  const renamed = (sequence: number, session: number): number => {
    const name = isPrivate(sequence) ? `${sequence} of ${session}` : `${sequence}`;
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  const sequence = content.sequence.slice();
  const answer = content.answer.slice();
  drawn.forEach(({ session }, k) => {
    for (let s = content.offsets[k]; s < content.offsets[k + 1]; s++) sequence[s] = renamed(sequence[s], session);
    answer[k] = renamed(answer[k], session);
  });
  return { ...content, sequence, answer };
}
