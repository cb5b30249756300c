/** `servegym workload generate`: a list of requests as a file, from statistics, a named setting or a trace. */
import { z } from 'zod';
import { ownTimes } from '../../env/workloads/rounds.js';
import type { Workload } from '../../env/workloads/workload.js';
import { acceptanceInLines, streamWorkload } from '../../env/workloads/write.js';
import { type CommandSpec, type Talk, withSeed } from '../cli/command.js';
import { Exit, Interrupted } from '../cli/exit.js';
import { openRequests } from '../requests/open.js';
import { requestsShape } from '../requests/settings.js';
import { packageVersion } from '../results.js';

const settings = withSeed({
  ...requestsShape,
  out: z.string().min(1).describe('<file> JSONL, one request a line'),
});
type Settings = z.output<typeof settings>;

export const workloadGenerate: CommandSpec<typeof settings> = {
  name: 'generate',
  summary: 'write requests as JSONL: from statistics, a named setting, a family, or a trace at other times',
  details: `The file is the request list that every command reads (--trace, simulate --requests). Read back it is the same workload:
all columns, prompts, who follows whom, and which drafts are accepted, as a list by output position.
One thing no list says: acceptance by sampling step. Where drafts are those of an n-gram proposer, read the file with --draft ngram.
The same settings and seed give the same bytes. The file appears when it is complete; Ctrl-C leaves nothing behind.`,
  examples: [
    ['servegym workload generate --requests 10000 --rate 8 --arrivals gamma:cv=2 --out chat.jsonl', 'embedded chat'],
    [
      'servegym workload generate --setting chat-long --split train --seed 7 --out train-7.jsonl',
      'a training workload',
    ],
    [
      'servegym workload generate --trace conv.csv.gz --window 600:1200 --rate 8 --out busy.jsonl',
      'ten minutes of a trace, faster',
    ],
    ['servegym workload generate --servegen m-large --rate 6 --requests 20000 --out clients.jsonl', 'many clients'],
    [
      'servegym workload generate --trace lengths.csv --redraw 5000 --arrivals poisson --rate 3 --out drawn.jsonl',
      'lengths of a trace at new times',
    ],
  ],
  settings,
  run,
};

async function run(given: Settings, talk: Talk) {
  const { out } = given;
  if (out.endsWith('.gz'))
    throw new Error(`out is ${JSON.stringify(out)}: the list is written as plain text, name it .jsonl`);
  const reading = talk.progress('% of the trace', 100);
  const { workload, facts } = await openRequests(given, (bytes, total) => {
    if (talk.signal.aborted) throw new Interrupted('nothing was written');
    reading.at(Math.floor((100 * bytes) / Math.max(1, total)));
  });
  reading.end();
  const writing = talk.progress('requests', workload.count);
  try {
    await streamWorkload(workload, out, async (rows) => {
      writing.at(rows);
      await new Promise(setImmediate);
      if (talk.signal.aborted) throw new Interrupted('nothing was written');
    });
  } finally {
    writing.end();
  }
  const notes = notesOn(workload);
  const result = {
    command: 'workload generate',
    version: packageVersion(),
    settings: given,
    file: out,
    requests: workload.count,
    sessions: ownTimes(workload),
    acceptance: acceptanceInLines(workload),
    facts,
    notes,
  };
  const text = [
    `${workload.count.toLocaleString('en-US')} requests written to ${out}`,
    ...facts,
    ...notes,
    'Try next:',
    `  npx servegym workload inspect ${out}`,
    '      what they are like',
    `  npx servegym compare --trace ${out}`,
    '      schedulers on them',
  ];
  return { code: Exit.ok, result, text: `${text.join('\n')}\n` };
}

/** What a reader of the file must know. */
function notesOn(workload: Workload): string[] {
  if (acceptanceInLines(workload) === 'lost')
    return [
      'note: which drafts are accepted depends on sampling steps here, and is not in the file: read back, none is',
    ];
  return pausesProposing(workload)
    ? ['note: the proposer of drafts offers none at times; commands that read the file need --draft ngram to know']
    : [];
}

/** Requests in which a proposer that pauses is found out. */
const LOOKED_AT = 200;

function pausesProposing({ acceptance, count, outputTokens }: Workload): boolean {
  if (acceptance.never || acceptance.stepwise) return false;
  for (let row = 0; row < Math.min(count, LOOKED_AT); row++) {
    for (let position = 0; position < outputTokens[row]; position++)
      if (acceptance.proposed(row, position, 0, 1) < 1) return true;
  }
  return false;
}
