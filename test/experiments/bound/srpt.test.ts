/** The machines that bounds are made of, against schedules tried out, and the lemma that lets clocks be stretched (LB-5). */
import { describe, expect, it } from 'vitest';
import { spreadFlow, srptCompletions, srptFlow } from '../../../experiments/bound/srpt.js';
import { type Draw, LONGER, seededDraw } from '../../laws/generators.js';

interface Jobs {
  readonly sizes: number[];
  readonly releases: number[];
}

function randomJobs(d: Draw, most: number): Jobs {
  let time = d.int(0, 5);
  const sizes = Array.from({ length: d.int(1, most) }, () => d.int(0, 9));
  const releases = sizes.map(() => {
    time += d.int(0, 6);
    return time;
  });
  return { sizes, releases };
}

/** Unit by unit, every job that is there is tried: the least Σ completions. */
function leastFlow({ sizes, releases }: Jobs): number {
  const memo = new Map<string, number>();
  const from = (now: number, left: readonly number[]): number => {
    const open = left.flatMap((size, k) => (size > 0 ? [k] : []));
    if (open.length === 0) return 0;
    const here = open.filter((k) => releases[k] <= now);
    if (here.length === 0) return from(Math.min(...open.map((k) => releases[k])), left);
    const key = `${now}/${left}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const best = Math.min(
      ...here.map((k) =>
        from(
          now + 1,
          left.map((size, j) => (j === k ? size - 1 : size)),
        ),
      ),
    );
    memo.set(key, best + here.length);
    return best + here.length;
  };
  return from(0, sizes);
}

describe('one machine', () => {
  it('serves 5, 1 and 2 released at 0, 1 and 2 by SRPT: done at 2, 4 and 8', () => {
    expect([...srptCompletions([5, 1, 2], [0, 1, 2])]).toEqual([2, 4, 8]);
    expect(srptFlow([5, 1, 2], [0, 1, 2])).toBe(14 - 3);
  });

  it('waits for the next release when empty, and does jobs of size 0 at once', () => {
    expect([...srptCompletions([1, 0, 2], [0, 10, 10])]).toEqual([1, 10, 12]);
    expect([...srptCompletions([], [])]).toEqual([]);
  });

  it('has the least flow of all schedules', () => {
    for (let seed = 0; seed < 60 * LONGER; seed++) {
      const jobs = randomJobs(seededDraw(`flow ${seed}`), 4);
      expect(srptFlow(jobs.sizes, jobs.releases), `seed ${seed}`).toBe(leastFlow(jobs));
    }
  });
});

describe('the stretching lemma', () => {
  it('later arrivals after some index never lengthen the flow', () => {
    for (let seed = 0; seed < 4000 * LONGER; seed++) {
      const d = seededDraw(`stretch ${seed}`);
      const { sizes, releases } = randomJobs(d, 12);
      const at = d.int(0, releases.length - 1);
      const later = d.int(1, 20);
      const stretched = releases.map((time, k) => (k >= at ? time + later : time));
      expect(srptFlow(sizes, stretched), `seed ${seed}`).toBeLessThanOrEqual(srptFlow(sizes, releases));
    }
  });

  it('is no statement about single jobs: one of them can take longer', () => {
    // The short job, late, delays the end of the long one less; the flow falls all the same.
    expect(srptFlow([4, 1], [0, 1])).toBe(6);
    expect(srptFlow([4, 1], [0, 4])).toBe(5);
  });
});

describe('many machines', () => {
  it('take the shortest first, in turns', () => {
    expect(spreadFlow([3, 1, 2, 4], 2)).toBe(1 + 2 + (1 + 3) + (2 + 4));
    expect(spreadFlow([3, 1, 2], 3)).toBe(6);
    expect(spreadFlow([3, 1, 2], 1)).toBe(1 + 3 + 6);
  });
});
