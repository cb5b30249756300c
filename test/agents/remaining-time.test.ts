/** Orders by what remains, in tokens and in time: who is easy to draft for has less time left than tokens say. */
import { describe, expect, it } from 'vitest';
import { srpt } from '../../agents/schedulers/srpt.js';
import { volume } from '../../agents/schedulers/volume.js';
import type { BatchDecision, Episode, ReplicaView, Scheduler } from '../../env/serving/policy.js';

/** Two requests: 30 tokens of which a third of the drafts are accepted, and 40 of which all are. */
function ranks(scheduler: Scheduler, drafts: number): number[] {
  const view = {
    changed: { ids: [0, 1], n: 2 },
    requests: { generated: [10, 10], known: [110, 110], computed: [109, 109] },
    beliefs: { length: [40, 50], acceptance: [1 / 3, 1] },
  };
  const rank = new Float64Array(2);
  scheduler.reset?.({ rules: { drafts } } as unknown as Episode);
  scheduler.decide(view as unknown as ReplicaView, { rank } as unknown as BatchDecision);
  return [...rank];
}

describe('what remains', () => {
  it('is tokens, whatever the drafts', () => {
    expect(ranks(srpt(), 3)).toEqual([30, 40]);
    expect(ranks(volume(), 3)).toEqual([30 * (110 + 31 / 2), 40 * (110 + 41 / 2)]);
  });

  it('is verifications by time: tokens over 1 + γ·A', () => {
    expect(ranks(srpt({ unit: 'time' }), 3)).toEqual([15, 10]);
    expect(ranks(volume({ unit: 'time' }), 3)).toEqual([15 * (110 + 31 / 2), 10 * (110 + 41 / 2)]);
  });

  it('is the same without drafts', () => {
    expect(ranks(srpt({ unit: 'time' }), 0)).toEqual(ranks(srpt(), 0));
    expect(ranks(volume({ unit: 'time', prefill: 2 }), 0)).toEqual(ranks(volume({ prefill: 2 }), 0));
  });
});
