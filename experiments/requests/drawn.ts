/** Requests that are drawn: embedded chat, named settings, families. */
import { namedSetting } from '../../env/settings/catalogue.js';
import { openSetting } from '../../env/settings/setting.js';
import { didYouMean } from '../../env/spelling.js';
import { arriveAtOnce, azureRate } from '../../env/workloads/arrivals.js';
import { chatSource } from '../../env/workloads/chat.js';
import { families } from '../../env/workloads/families/catalogue.js';
import { familySource } from '../../env/workloads/families/family.js';
import { familyValues } from '../world.js';
import { arriving, type Opened } from './arriving.js';
import type { RequestsSettings } from './settings.js';

/** The embedded chat. */
export function chat({
  requests,
  lengths,
  longShare,
  maxTokens,
  rate = azureRate(),
  arrivals = 'gamma',
  seed,
}: RequestsSettings): Opened {
  const options = { requests, lengths, longShare, maxTokens, arrivals: arriveAtOnce };
  const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { name, sample } = chatSource(known);
  return {
    workload: arriving(sample(seed), arrivals, rate, seed),
    facts: [`embedded ${name}, ${arrivals} arrivals at ${rate} requests/s in the mean`],
  };
}

/** A named setting. @throws Error if there is none of that name */
export function setting({
  setting: name = '',
  split,
  parameters,
  load,
  requests,
  rate,
  arrivals,
  seed,
}: RequestsSettings): Opened {
  const setting = namedSetting(name);
  const drawn = openSetting(setting, {
    split,
    requests,
    parameters: familyValues(parameters),
    // The setting's own rate is load × capacity; another rate is another load.
    load: rate === undefined ? load : rate / setting.capacity.requestsPerSecond,
  }).source.sample(seed);
  const mean = rate ?? (load ?? setting.load) * setting.capacity.requestsPerSecond;
  return {
    workload: arrivals === undefined ? drawn : arriving(drawn, arrivals, mean, seed),
    facts: [`setting ${name} (${split ?? 'test'}) at ${mean.toFixed(2)} requests/s: ${setting.summary}`],
  };
}

/** A family. @throws Error if there is none of that name, or a parameter is not one of its own */
export function family({
  family: name = '',
  split = 'test',
  parameters,
  requests = 600,
  rate = 1,
  arrivals,
  seed,
}: RequestsSettings): Opened {
  if (!Object.hasOwn(families, name))
    throw new Error(`unknown family ${JSON.stringify(name)}${didYouMean(name, Object.keys(families))}`);
  const family = families[name];
  const drawn = familySource(family, split, { requests, rate }, familyValues(parameters)).sample(seed);
  return {
    workload: arrivals === undefined ? drawn : arriving(drawn, arrivals, rate, seed),
    facts: [`family ${name} (${split}): ${family.summary}`],
  };
}
