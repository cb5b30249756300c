/**
 * What a scheduler's opinions amount to where an action is a choice: imitation, so that any published scheduler can be watched and
 * logged in a task. What a choice cannot say is lost: in Pick-v0 an order only decides who is admitted next.
 */

import type { Episode, ReplicaView } from '../../env/serving/policy.js';
import { State } from '../../env/serving/requests.js';
import { candidateOrders, createCandidates } from '../../env/tasks/candidates.js';
import type { Opinions } from '../../env/tasks/opinions.js';
import { createSlots } from '../../env/tasks/slots.js';

/** Says, in one episode, what a scheduler would answer. */
export interface Adviser {
  /** Once in every turn, before a question. */
  follow?(view: ReplicaView): void;
  /** A question is shown. */
  shown?(view: ReplicaView): void;
  /** The answer to the open question. @param mask of the legal ones */
  advise(view: ReplicaView, mask: Uint8Array | null): number;
  /** This was the answer. */
  taken?(action: number): void;
}

/** @param actions how many choices there are */
type MakeAdviser = (episode: Episode, opinions: Opinions, actions: number) => Adviser;

/** By task. In all others the agent adds to a heuristic, and adding nothing is that heuristic. */
export const advisers: Readonly<Record<string, MakeAdviser>> = {
  'Pick-v0': whoIsAdmitted,
  'Queue-v0': whoIsServed,
  'Draft-v0': (_episode, { draft }) => ({ advise: ({ live }) => draft[live.ids[0]] }),
  'Chunk-v0': (_episode, _opinions, actions) => ({ advise: () => actions - 1 }), // the engine's budget: the base's own holds
};

/** The candidate of lowest rank that is not held, or nobody. */
function whoIsAdmitted(episode: Episode, { rank, hold }: Opinions, actions: number): Adviser {
  const nobody = actions - 1;
  const candidates = createCandidates(episode, nobody / candidateOrders.length);
  const found = new Int32Array(nobody);
  const chosen = episode.column(Uint8Array);
  const { state } = episode.requests;
  const waiting = new Int32Array(state.length);
  let n = 0;
  return {
    follow: candidates.follow,
    shown({ live }) {
      let waits = 0;
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        if (chosen[r] === 0 && state[r] === State.waiting) waiting[waits++] = r;
      }
      n = candidates.choose(waiting, waits, found);
    },
    advise(_view, mask) {
      const shown = Array.from(found.subarray(0, n), (r, slot) => ({ r, slot }));
      const ready = shown.filter(({ r }) => hold[r] === 0);
      const ranked = ready.length > 0 || mask?.[nobody] === 1 ? ready : shown;
      return ranked.sort((a, b) => rank[a.r] - rank[b.r] || a.r - b.r)[0]?.slot ?? nobody;
    },
    taken(action) {
      if (action < n) chosen[found[action]] = 1;
    },
  };
}

/** The slot of lowest rank. */
function whoIsServed(episode: Episode, { rank }: Opinions, actions: number): Adviser {
  const slots = createSlots(episode, actions, 1);
  return {
    follow: (view) => slots.follow(view),
    advise() {
      const { ids, n } = slots.present;
      let best = 0;
      for (let slot = 1; slot < Math.min(n, actions); slot++) if (rank[ids[slot]] < rank[ids[best]]) best = slot;
      return best;
    },
  };
}
