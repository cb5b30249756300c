/** A recipe of a workload: when requests come, which kinds there are, and whether they belong to conversations or to users who wait. */
import { type Seed, stream } from '../random.js';
import type { Acceptance } from './acceptance/acceptance.js';
import type { ArrivalProcess } from './arrivals.js';
import { type DrawnRequest, type RequestClass, requestDraws } from './request-class.js';
import { type ClosedLoop, type Conversation, drawSessions, ROUNDS, type SessionRequest } from './sessions.js';
import { createWorkload, type Source, type Workload, type WorkloadColumns } from './workload.js';
import { writtenTexts } from './written-prompts.js';

export interface WorkloadRecipe {
  readonly name: string;
  /** Requests in all. */
  readonly requests: number;
  /** Open: when requests (or conversations) come, whatever the engine does. Closed: users who wait for their answers. */
  readonly arrivals: ArrivalProcess | ClosedLoop;
  readonly classes: readonly RequestClass[];
  /** Longer prompts are cut. [7168: leaves room for an answer in a context of 8,192] */
  readonly longestPrompt?: number;
  /** Requests are rounds of conversations. [each request stands alone] */
  readonly conversation?: Conversation;
  /** How drafts are accepted. [never] */
  readonly acceptance?: (workload: Workload, seed: Seed) => Acceptance;
  /** Share of the outputs' variance that prompts in words explain, 0 … 1; see `written-prompts.ts`. [.51] */
  readonly promptShare?: number;
}

/**
 * The source that a recipe describes. Arrivals come from a stream; everything else belongs to a request and its key: the
 * request's number, in sessions `session × 2^20 + place in the session`. Request 7 of a seed is the same one among 100 and
 * among 1,000, at any rate, whatever the other requests and the arrivals are.
 * @throws RangeError naming what is not allowed
 */
export function recipeSource(recipe: WorkloadRecipe): Source {
  const { name, requests, arrivals, classes, conversation, acceptance, longestPrompt = 7168, promptShare } = recipe;
  const loop = typeof arrivals === 'function' ? undefined : arrivals;
  const check = (what: string, value: number, allowed: boolean, expected: string): void => {
    if (!allowed) throw new RangeError(`${name}: ${what} is ${value}, expected ${expected}`);
  };
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 1;
  check('requests', requests, whole(requests), 'a whole number ≥ 1');
  check('longestPrompt', longestPrompt, whole(longestPrompt), 'a whole number ≥ 1');
  if (loop) check('users', loop.users, whole(loop.users), 'a whole number ≥ 1');
  if (conversation) {
    const { context } = conversation;
    check(
      'context',
      context,
      whole(context) && context > longestPrompt,
      `a whole number above ${longestPrompt} tokens`,
    );
  }
  if (promptShare !== undefined) {
    check('promptShare', promptShare, promptShare >= 0 && promptShare <= 1, 'a number in 0 … 1');
  }
  requestDraws(classes, longestPrompt, 0);
  let marginal: Int32Array | undefined;
  return {
    name,
    sample(seed) {
      const draw = requestDraws(classes, longestPrompt, seed);
      const from = stream(seed, 'arrivals');
      const columns =
        typeof arrivals === 'function' && !conversation
          ? alone(
              Array.from({ length: requests }, (_, key) => draw(key)),
              arrivals(requests, from),
            )
          : inSessions(drawSessions({ requests, conversation, loop }, draw, seed), (count) =>
              typeof arrivals === 'function' ? arrivals(count, from) : null,
            );
      const drawn = createWorkload({ name, ...columns });
      const { key, outputTokens } = drawn;
      const plain = {
        ...drawn,
        texts: writtenTexts({ key, outputTokens, marginal: outputs, share: promptShare, seed }),
      };
      return acceptance ? { ...plain, acceptance: acceptance(plain, seed) } : plain;
    },
  };

  /** Of a reference draw: the same for every seed and number of requests. */
  function outputs(): Int32Array {
    const draw = requestDraws(classes, longestPrompt, 'outputs of all');
    marginal ??= Int32Array.from({ length: REFERENCE }, (_, key) => draw(key).outputTokens).sort();
    return marginal;
  }
}

/** Requests whose outputs tell at what rank a length is. */
const REFERENCE = 1024;

type Columns = Omit<WorkloadColumns, 'name'>;

function alone(drawn: readonly DrawnRequest[], arrival: Float64Array): Columns {
  return {
    arrival,
    key: drawn.map(({ key }) => key),
    promptTokens: drawn.map(({ promptTokens }) => promptTokens),
    outputTokens: drawn.map(({ outputTokens }) => outputTokens),
    declared: drawn.map(({ declared }) => declared),
    priority: drawn.map(({ priority }) => priority),
    tenant: drawn.map(({ tenant }) => tenant),
    slo: drawn.map(({ slo }) => slo),
    deadline: drawn.map(({ deadline }, row) => arrival[row] + deadline),
    abortAt: drawn.map(({ timeout }, row) => arrival[row] + timeout),
  };
}

/** @param opening when so many sessions open; null: after the thinking of their users */
function inSessions(drawn: readonly SessionRequest[], opening: (count: number) => Float64Array | null): Columns {
  const sessionOf = ({ key }: SessionRequest): number => Math.floor(key / ROUNDS);
  const times = opening(1 + sessionOf(drawn[drawn.length - 1]));
  const arrival = Float64Array.from(drawn, (request) =>
    request.follows >= 0 ? 0 : times ? times[sessionOf(request)] : request.think,
  );
  const content = drawn.flatMap(({ content }) => content ?? []);
  return {
    ...alone(drawn, arrival),
    follows: drawn.map(({ follows }) => follows),
    think: drawn.map(({ follows, think }) => (follows >= 0 ? think : 0)),
    ...(content.length > 0 && { content }),
  };
}
