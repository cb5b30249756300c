/**
 * Who may come next, by who came lately: as many a second as the last 64, each like one of them drawn at random.
 *
 * Gaps are exponential. What is remembered of a request is what could be seen and was believed of it when it came.
 */
import { exponential } from '../../env/distributions.js';
import { type Seed, stream } from '../../env/random.js';
import type { Episode, ImaginedRequest, ReplicaView, RequestId } from '../../env/serving/policy.js';
import type { Micros } from '../../env/time.js';

export interface ArrivalsLately {
  /** Notes who came; to be called once in every turn. */
  follow(view: ReplicaView): void;
  /** Who comes from now on until `now + span`, at most 256. */
  draw(seed: Seed, now: Micros, span: Micros): ImaginedRequest[];
}

const REMEMBERED = 64;
const MOST = 256;

export function createArrivalsLately({ requests, beliefs, column, cells }: Episode): ArrivalsLately {
  const { promptTokens, declared, priority, tenant, slo } = requests;
  const { length, lengthSpread, acceptance } = beliefs;
  const sources = [requests.arrival, promptTokens, declared, length, lengthSpread, acceptance, priority, tenant, slo];
  const width = sources.length;
  const ring = cells(Float64Array, REMEMBERED * width);
  const count = cells(Int32Array, 1); // of all who came
  const met = column(Uint8Array);
  const came: RequestId[] = []; // in this turn

  function requestAt(place: number, arrival: Micros): ImaginedRequest {
    const [, prompt, most, mean, spread, share, urgency, whose, kind] = ring.subarray(place * width);
    return {
      arrival,
      promptTokens: prompt,
      declared: most,
      length: mean,
      lengthSpread: spread,
      acceptance: share,
      priority: urgency,
      tenant: whose,
      slo: kind,
    };
  }

  return {
    follow({ changed: { ids, n } }) {
      came.length = 0;
      for (let k = 0; k < n; k++) {
        if (met[ids[k]] === 1) continue;
        met[ids[k]] = 1;
        came.push(ids[k]);
      }
      came.sort((a, b) => a - b);
      for (const r of came) {
        const at = (count[0]++ % REMEMBERED) * width;
        for (let k = 0; k < width; k++) ring[at + k] = sources[k][r];
      }
    },
    draw(seed, now, span) {
      const known = Math.min(count[0], REMEMBERED);
      if (known < 2) return [];
      const first = ring[(count[0] > REMEMBERED ? count[0] % REMEMBERED : 0) * width];
      const gap = Math.max(1, (now - first) / known);
      const random = stream(seed, 'arrivals lately');
      const drawn: ImaginedRequest[] = [];
      for (let time = now; drawn.length < MOST; ) {
        time += gap * exponential(random.next());
        if (time > now + span) break;
        drawn.push(requestAt(Math.floor(known * random.next()), Math.ceil(time)));
      }
      return drawn;
    },
  };
}
