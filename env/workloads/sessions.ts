/**
 * Sessions: requests of which each follows another. A conversation has rounds, and the prompt of a round is everything that was
 * said before and a new message. In a closed loop a user sends the next request some time after the last one left.
 */
import { luck, type Seed } from '../random.js';
import type { Micros } from '../time.js';
import type { Duration } from './durations.js';
import type { DrawnRequest } from './request-class.js';
import type { RequestContent } from './workload.js';

/** How conversations go. */
export interface Conversation {
  /** Rounds of one, at least 1, from a uniform in [0, 1). */
  readonly rounds: (u: number) => number;
  /** From the end of an answer to the next message. */
  readonly think: Duration;
  /** Tokens of context: a conversation ends where the next prompt would fill it, and an answer is cut there. */
  readonly context: number;
}

/** A fixed number of users who wait for their answers; all begin to think at time 0. */
export interface ClosedLoop {
  readonly users: number;
  /** From the end of an answer (of a conversation) to the next request (conversation). */
  readonly think: Duration;
}

/** A request of a session. */
export interface SessionRequest extends DrawnRequest {
  /** Index of the request it follows in the same list; −1 = it opens a session. */
  readonly follows: number;
  /** From the moment at which that one left; of an opening one: from time 0 in a closed loop. */
  readonly think: Micros;
  /** Of a conversation: what its prompt says. */
  readonly content?: RequestContent;
}

/** A key is session × ROUNDS + place in the session. */
export const ROUNDS = 2 ** 20;

/** Geometric number of rounds with this mean, at least 1. */
export function geometricRounds(mean: number): Conversation['rounds'] {
  if (!(mean >= 1 && mean < Infinity)) throw new RangeError(`rounds: mean is ${mean}, expected a number ≥ 1`);
  const goesOn = Math.log(1 - 1 / mean);
  return mean === 1 ? () => 1 : (u) => 1 + Math.floor(Math.log1p(-u) / goesOn);
}

interface Sessions {
  /** Requests in all. */
  readonly requests: number;
  readonly conversation: Conversation | undefined;
  readonly loop: ClosedLoop | undefined;
}

/**
 * The requests of all sessions, session after session, each in its order.
 * @param draw a request by its key; the second key decides what a whole conversation shares
 */
export function drawSessions(
  { requests, conversation, loop }: Sessions,
  draw: (key: number, whose: number) => DrawnRequest,
  seed: Seed,
): SessionRequest[] {
  const rounds = luck(seed, 'rounds');
  const pauses = luck(seed, 'think time');
  const all: SessionRequest[] = [];

  /** Adds one conversation (without rounds: one request), at most `most` requests of it. Returns how many there were. */
  function converse(first: number, follows: number, most: number): number {
    const count = Math.min(most, conversation ? conversation.rounds(rounds(first, 0)) : 1);
    let said: RequestContent['segments'] = [];
    let context = 0;
    for (let round = 0; round < count; round++) {
      const key = first + round;
      const pause = round > 0 ? conversation?.think : loop?.think;
      const think = pause?.(pauses(key, 0), pauses(key, 1)) ?? 0;
      const before = round > 0 ? all.length - 1 : follows;
      const message = draw(key, first);
      if (!conversation) {
        all.push({ ...message, follows: before, think });
        continue;
      }
      const promptTokens = context + message.promptTokens;
      if (promptTokens >= conversation.context) return round;
      const outputTokens = Math.min(message.outputTokens, conversation.context - promptTokens);
      const answer = `answer ${key}`;
      const segments = [...said, [`message ${key}`, message.promptTokens] as const];
      all.push({ ...message, promptTokens, outputTokens, follows: before, think, content: { segments, answer } });
      said = [...segments, [answer, outputTokens]];
      context = promptTokens + outputTokens;
    }
    return count;
  }

  for (let session = 0; all.length < requests; session++) {
    const opens = all.length;
    const most = loop ? Math.ceil((requests - opens) / (loop.users - session)) : requests - opens;
    let done = converse(session * ROUNDS, -1, most);
    while (loop && done < most) done += converse(session * ROUNDS + done, all.length - 1, most - done);
  }
  return all;
}
