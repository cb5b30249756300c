/**
 * The queue and the batch in a few numbers, for decisions about everyone at once.
 *
 * | # | Feature | From |
 * |---|---|---|
 * | 0–9 | the engine | `features.ts` |
 * | 10 | believed work waiting | Σ believed remaining of who waits / 16,384 |
 * | 11 | prompts waiting | Σ tokens still to compute of who waits / 16,384 |
 * | 12 | prompts under way | Σ tokens still to compute of who runs and has not generated / 8,192 |
 * | 13 | context | Σ tokens held by who decodes / 65,536 |
 * | 14 | decoding | requests that decode / 64 |
 * | 15 | oldest | longest time since arrival of who waits / 60 s |
 * | 16 | mean age | of who waits / 60 s |
 * | 17 | about to be late | who waits with less than 1 s to its next promise / 16 |
 * | 18 | late | who cannot keep its promises any more / 16 |
 * | 19 | acceptance | accepted / proposed of who runs; 0.7 without drafts |
 */
import { createDue } from '../serving/due.js';
import type { Episode, ReplicaView } from '../serving/policy.js';
import { State } from '../serving/requests.js';
import { createFeatures, ENGINE_FEATURES } from './features.js';

export const QUEUE_FEATURES = ENGINE_FEATURES + 10;

export interface QueueFeatures {
  /** Notes what happened; to be called once in every turn. */
  follow(view: ReplicaView): void;
  /** Writes them from `at` on, and begins anew what is counted since the last question. */
  write(view: ReplicaView, into: Float32Array, at: number): void;
}

const SOON = 1e6;

export function createQueueFeatures(episode: Episode): QueueFeatures {
  const { requests, beliefs } = episode;
  const { arrival, generated, known, computed, state, proposed, accepted } = requests;
  const features = createFeatures(episode);
  const due = createDue(episode);
  return {
    follow: features.follow,
    write(view, into, at) {
      const { live, now } = view;
      let [work, prompts, started, context, decoding, oldest, ages] = [0, 0, 0, 0, 0, 0, 0];
      let [waiting, soon, late, good, all] = [0, 0, 0, 0, 0];
      for (let k = 0; k < live.n; k++) {
        const r = live.ids[k];
        const left = known[r] - computed[r];
        if (due.lost(r, now)) late++;
        if (state[r] === State.running) {
          if (generated[r] === 0) started += left;
          else {
            context += computed[r];
            decoding++;
          }
          good += accepted[r];
          all += proposed[r];
          continue;
        }
        waiting++;
        work += Math.max(0, beliefs.length[r] - generated[r]);
        prompts += left;
        const age = now - arrival[r];
        ages += age;
        if (age > oldest) oldest = age;
        if (due.next(r) - now < SOON) soon++;
      }
      features.engine(view, into, at);
      features.asked(view);
      const to = at + ENGINE_FEATURES;
      into[to] = work / 16384;
      into[to + 1] = prompts / 16384;
      into[to + 2] = started / 8192;
      into[to + 3] = context / 65536;
      into[to + 4] = decoding / 64;
      into[to + 5] = oldest / 60e6;
      into[to + 6] = waiting > 0 ? ages / waiting / 60e6 : 0;
      into[to + 7] = soon / 16;
      into[to + 8] = late / 16;
      into[to + 9] = all > 0 ? good / all : 0.7;
    },
  };
}
