/** The families by name. To add one: its file and a line here. */
import { chat } from './chat.js';
import { conversations } from './conversations.js';
import type { Family } from './family.js';
import { heavyTail } from './heavy-tail.js';
import { longPrompts } from './long-prompts.js';
import { minutes } from './minutes.js';
import { singleServer } from './single-server.js';
import { speculation } from './speculation.js';
import { tenants } from './tenants.js';
import { twoClasses } from './two-classes.js';
import { users } from './users.js';

export const families: Readonly<Record<string, Family>> = Object.fromEntries(
  [chat, minutes, heavyTail, longPrompts, twoClasses, speculation, conversations, users, tenants, singleServer].map(
    (family) => [family.name, family as Family],
  ),
);
