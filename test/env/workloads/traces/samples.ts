/** Small made-up traces of every format, anew for every seed. */
import { type Stream, stream } from '../../../../env/random.js';
import type { TraceFormat } from '../../../../env/workloads/traces/reader.js';

const ROWS = 9;

export function sample(format: TraceFormat, seed: number): string {
  const random = stream(seed, `sample/${format}`);
  const { header, row } = MAKERS[format](random);
  const lines = Array.from({ length: ROWS }, (_, k) => row(k));
  return `${[...(header === undefined ? [] : [header]), ...lines].join('\n')}\n`;
}

export const whole = (random: Stream, below: number): number => Math.floor(random.next() * below);

interface Maker {
  readonly header?: string;
  row(k: number): string;
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** Times that never go back, in steps of `unit`. */
function clock(random: Stream): (unit: number) => number {
  let now = whole(random, 5);
  return (unit) => {
    now += whole(random, 4);
    return now * unit;
  };
}

function azureMaker(zone: string): (random: Stream) => Maker {
  return (random) => {
    const time = clock(random);
    return {
      header: 'TIMESTAMP,ContextTokens,GeneratedTokens',
      row() {
        const at = time(700);
        const date = `2023-11-16 18:${pad(Math.floor(at / 60_000), 2)}:${pad(Math.floor(at / 1000) % 60, 2)}`;
        return `${date}.${pad(at % 1000, 3)}${pad(whole(random, 9999), 4)}${zone},${1 + whole(random, 900)},${1 + whole(random, 90)}`;
      },
    };
  };
}

function sessionMaker(random: Stream): Maker {
  let next = 1;
  let blocks = 0;
  return {
    header: 'session,agent,t,in,out,n_blocks,shared_prefix_blocks,new_block_runs,think_time',
    row(k) {
      if (k % 4 === 0) [next, blocks] = [1, 0];
      const shared = whole(random, blocks + 1);
      const added = whole(random, 4);
      const runs = added === 0 ? '' : added === 1 ? `${next}` : `${next}-${next + added - 1}`;
      next += added;
      blocks = shared + added;
      const tokens = 64 * blocks + 1 + whole(random, 63);
      return `s${Math.floor(k / 4)},main,${k},${tokens},${whole(random, 5)},${blocks},${shared},${runs},${k % 3 ? 0.25 * k : ''}`;
    },
  };
}

const lengths = (random: Stream): [number, number] => [1 + whole(random, 900), 1 + whole(random, 90)];

const MAKERS: { readonly [F in TraceFormat]: (random: Stream) => Maker } = {
  'azure-2023': azureMaker(''),
  'azure-2024': azureMaker('+00:00'),
  'agentic-sessions': sessionMaker,
  burstgpt(random) {
    const time = clock(random);
    return {
      header: 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type',
      row() {
        const [input, output] = whole(random, 5) ? lengths(random) : [0, 0];
        return `${time(3)},ChatGPT,${input},${output},${input + output},API log`;
      },
    };
  },
  mooncake(random) {
    const time = clock(random);
    return {
      row() {
        const ids = Array.from({ length: 1 + whole(random, 4) }, () => whole(random, 20));
        const input_length = 512 * ids.length - whole(random, 512);
        return JSON.stringify({
          timestamp: time(30),
          input_length,
          output_length: 1 + whole(random, 90),
          hash_ids: ids,
        });
      },
    };
  },
  vidur(random) {
    const time = clock(random);
    return {
      header: 'arrived_at,num_prefill_tokens,num_decode_tokens',
      row: () => [time(0.125), ...lengths(random)].join(','),
    };
  },
  splitwise(random) {
    const time = clock(random);
    return {
      header: 'request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size',
      row: (k) => [k, 2, whole(random, 3), time(0.25), 1, ...lengths(random)].join(','),
    };
  },
  llmservingsim(random) {
    const time = clock(random);
    return { header: 'input_toks,output_toks,arrival_time_ns', row: () => [...lengths(random), time(1700)].join(',') };
  },
  'specdecode-bench': (random) => ({
    row(k) {
      const list = (): number[] => Array.from({ length: 1 + whole(random, 6) }, () => 1 + whole(random, 5));
      const ids = list();
      return JSON.stringify({ id: `r${k}`, prompt_token_ids: ids, acc_eagle: { acc_len: list() } });
    },
  }),
  jsonl(random) {
    const time = clock(random);
    return {
      row() {
        const [prompt_tokens, output_tokens] = lengths(random);
        const declared = whole(random, 2) ? { max_tokens: 100 + whole(random, 9) } : {};
        return JSON.stringify({ arrival_ms: time(40), prompt_tokens, output_tokens, ...declared });
      },
    };
  },
  csv(random) {
    const time = clock(random);
    return {
      header: 'arrival_us,prompt_tokens,output_tokens,note,max_tokens',
      row: (k) => `${time(9)},${lengths(random).join(',')},${k % 3 ? k : '"a, ""b"""'},${k % 2 ? 500 + k : ''}`,
    };
  },
};
