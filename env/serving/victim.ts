/**
 * Who loses its blocks when they run out. An external ranking (`keep`, `place: keep`: FastSwitch, priorities of one's own)
 * comes first: the lowest loses. Among equals the engine's rule decides:
 *
 * | `victim` | loses first | engine |
 * |---|---|---|
 * | last-running | who was admitted last | vLLM FCFS, DistServe's decode engine |
 * | worst-rank | the worst rank; equal ranks by `victimTie` | vLLM priority |
 * | latest-arrival | who arrived last | Sarathi |
 * | shortest-output | least generated, then the longest prompt | SGLang |
 * | most-slack | latest deadline, then longest believed rest, then fewest blocks | CacheOPT |
 */

import { refuse } from './news.js';
import { Place } from './policy.js';
import type { Replica } from './replica.js';

/** Eviction order as the policy wants it. */
function keepOf(s: Replica, r: number): number {
  const { decision } = s;
  const keep = decision.keep[r];
  if (Number.isNaN(keep)) refuse(s, s.policyName, 'keep', r);
  return decision.place[r] === Place.keep ? Infinity : keep;
}

/** The victim among the residents: lowest keep, then by the engine's rule. −1 = nobody has blocks. */
export function chooseVictim(s: Replica): number {
  const { ids, n } = s.rules.candidates === 'by-rank' ? s.residents : s.running;
  let victim = -1;
  let keep = Infinity;
  for (let k = 0; k < n; k++) {
    const r = ids[k];
    const own = keepOf(s, r);
    if (victim < 0 || own < keep || (own === keep && losesBefore(s, r, victim))) {
      victim = r;
      keep = own;
    }
  }
  return victim;
}

/** True if a, which stands behind b in the list, loses its blocks before b. */
function losesBefore(s: Replica, a: number, b: number): boolean {
  const { rules, requests } = s;
  const last = rules.victimTie === 'last';
  switch (rules.victim) {
    case 'last-running':
      return true;
    case 'worst-rank': {
      const { urgency } = s.hidden;
      if (urgency[a] !== urgency[b]) return urgency[a] > urgency[b];
      return rules.candidates === 'by-rank' ? a > b === last : last;
    }
    case 'latest-arrival':
      return a > b;
    case 'shortest-output': {
      const { generated, promptTokens } = requests;
      if (generated[a] !== generated[b]) return generated[a] < generated[b];
      return promptTokens[a] === promptTokens[b] ? last : promptTokens[a] > promptTokens[b];
    }
    case 'most-slack': {
      const { deadline, blocks } = requests;
      if (deadline[a] !== deadline[b]) return deadline[a] > deadline[b];
      const restA = believedRest(s, a);
      const restB = believedRest(s, b);
      if (restA !== restB) return restA > restB;
      return blocks[a] === blocks[b] ? last : blocks[a] < blocks[b];
    }
  }
}

const believedRest = (s: Replica, r: number): number => s.beliefs.length[r] - s.requests.generated[r];
