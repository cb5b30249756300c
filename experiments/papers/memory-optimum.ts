/** The least ΣJCT of a few requests that share memory, by enumeration: non-preemptive, everyone grows by one token a step. */

/** A request that holds s, s + 1, … tokens in its steps, as many as it has output tokens. */
export interface Packed {
  /** Whole steps. */
  readonly arrival: number;
  readonly prompt: number;
  readonly output: number;
}

interface Started extends Packed {
  readonly start: number;
}

/**
 * Tries every start time of everyone, without those that cannot beat the best schedule found so far.
 * Exponential: meant for up to about seven requests of a few steps.
 * @param memory tokens; every request alone must fit
 */
export function leastTotalJct(requests: readonly Packed[], memory: number): number {
  const tried = new Map<string, number>();
  const byLength = [...requests].sort((a, b) => a.output - b.output);
  let best = Infinity;

  /** @param sum ΣJCT of those who have started */
  function search(now: number, running: readonly Started[], waiting: readonly Packed[], sum: number): void {
    if (waiting.length === 0) {
      best = Math.min(best, sum);
      return;
    }
    if (sum + leastOf(now, waiting, memory) >= best) return;
    const key = `${now}/${running.map(({ start, prompt, output }) => [start, prompt, output])}/${waiting.map(({ arrival, prompt, output }) => [arrival, prompt, output])}`;
    if ((tried.get(key) ?? Infinity) <= sum) return;
    tried.set(key, sum);
    const here = waiting.filter(({ arrival }) => arrival <= now);
    for (let subset = (1 << here.length) - 1; subset >= 0; subset--) {
      const chosen = here.filter((_, k) => subset & (1 << k));
      const started = [...running, ...chosen.map((each) => ({ ...each, start: now }))];
      if (started.length === 0 && here.length === waiting.length) continue; // nothing would ever change
      if (!fits(started, memory)) continue;
      const later = sum + chosen.reduce((total, { arrival, output }) => total + now + output - arrival, 0);
      const left = started.filter(({ start, output }) => start + output > now + 1);
      search(
        now + 1,
        left,
        waiting.filter((each) => !chosen.includes(each)),
        later,
      );
    }
  }

  search(0, [], byLength, 0);
  return best;
}

/** Memory suffices until all of them are done: it is fullest in somebody's last step. */
function fits(running: readonly Started[], memory: number): boolean {
  return running.every(({ start, output }) => {
    const last = start + output; // the step that ends then
    const held = running.reduce(
      (sum, r) => (r.start < last && last <= r.start + r.output ? sum + r.prompt + last - r.start - 1 : sum),
      0,
    );
    return held <= memory;
  });
}

/**
 * A bound on the ΣJCT of those who wait at `now`. The k-th of them to finish finishes no earlier than the k-th that could if all
 * were served at once, nor than the k that hold least, token-steps together, take with all of the memory.
 */
function leastOf(now: number, waiting: readonly Packed[], memory: number): number {
  const alone = waiting.map(({ arrival, output }) => Math.max(now, arrival) + output).sort((a, b) => a - b);
  const held = waiting.map(({ prompt, output }) => output * (prompt + (output - 1) / 2)).sort((a, b) => a - b);
  let area = 0;
  return waiting.reduce((sum, { arrival }, k) => {
    area += held[k];
    return sum + Math.max(alone[k], now + Math.ceil(area / memory)) - arrival;
  }, 0);
}
