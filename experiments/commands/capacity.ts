/** `servegym capacity`: what load 1 is. */
import type { z } from 'zod';
import type { Saturation } from '../capacity.js';
import { type CommandSpec, withSeed } from '../cli/command.js';
import { Exit } from '../cli/exit.js';
import { measureLoad } from '../load.js';
import { figure, textTable } from '../report/table.js';
import { packageVersion } from '../results.js';
import { completeSetting, hardwareOf, settingShape } from '../setting.js';
import { openWorld } from '../world.js';

const settings = withSeed(settingShape);

export const capacity: CommandSpec<typeof settings> = {
  name: 'capacity',
  summary: 'measure what load 1 is: requests/s, tokens/s, slots, what limits, the best fixed draft length',
  details:
    'All requests are there at time 0 and are served first come, first served; measured until nobody waits any more.\n' +
    'limited by: what stands in the way of the next request for most of that time: sequences (a seat), tokens (the budget of an iteration), memory (KV blocks).',
  examples: [
    ['servegym capacity', 'the embedded chat workload, all draft lengths'],
    ['servegym capacity --trace conv.csv.gz --gpu h100 --model llama-3-8b', 'a real trace on another GPU'],
    [
      'servegym capacity --engine vllm-v1,vllm-v1-async --gamma 3 --json',
      'two engines at one draft length, for a script',
    ],
  ],
  settings,
  complete: completeSetting,
  async run(given: z.output<typeof settings>, talk) {
    const world = await openWorld(given, 1);
    const hardware = hardwareOf(given);
    const engines = [];
    for (const engine of given.engine) {
      talk.note(`measuring ${engine} …`);
      engines.push({ engine, ...(await measureLoad(given, world, hardware, engine, talk.signal)) });
    }
    const best = engines.map(
      ({ engine, gamma, capacity: c }) =>
        `${engine}: load 1 = ${c.requestsPerSecond.toFixed(2)} requests/s at γ ${gamma}, limited by ${c.limit}`,
    );
    const rows = engines.flatMap(({ engine, tried }) => tried.map((saturation) => cells(engine, saturation)));
    const text = `${world.name}, ${hardware.cost.name}\n${world.origin.join('\n')}\n\n${textTable({ columns: COLUMNS, rows })}\n${best.join('\n')}\n`;
    const result = { command: 'capacity', version: packageVersion(), settings: given, engines };
    return { code: Exit.ok, result, text };
  },
};

const COLUMNS = [
  { title: 'engine', align: 'left' },
  { title: 'γ' },
  { title: 'requests/s' },
  { title: 'prompt tokens/s' },
  { title: 'output tokens/s' },
  { title: 'slots' },
  { title: 'limited by' },
] as const;

const cells = (engine: string, s: Saturation): string[] => [
  engine,
  String(s.gamma),
  figure(s.requestsPerSecond),
  figure(s.promptTokensPerSecond),
  figure(s.outputTokensPerSecond),
  figure(s.slots),
  s.limit === 'nothing' ? 'nothing' : `${s.limit} ${(100 * s.limits[s.limit]).toFixed(0)} %`,
];
