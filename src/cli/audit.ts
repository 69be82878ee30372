import type { Command } from 'commander';

import { formatAuditLink, verifyAuditTrail } from '../store/audit-trail.js';
import { inspectStore } from '../store/open-store.js';
import type { InspectedStore } from '../store/store.js';
import { StoreAvailability } from '../store/store-availability.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
} from './command.js';
import type { Output } from './io.js';
import { orStoreFailure, readStoreSettings } from './store.js';

/** `tributary audit`: verifies and exports the audit trail of the store. */
export function registerAudit(program: Command, context: CommandContext): void {
  const audit = addCommand(program, 'audit').description('Verifies or exports the audit trail of all actions.').helpCommand(false);
  addConfigurationOption(addCommand(audit, 'verify'))
    .description('Verifies the hash chain, and names the first entry that was changed. A gateway may run meanwhile.')
    .addHelpText(
      'after',
      formatExamples('tributary audit verify --config tributary.yaml') +
        formatExitCodes('The trail is intact.', 'The trail is not intact, is empty, or may not be the whole of it.'),
    )
    .action(async (options: ConfigurationOptions) => context.finish(await withAuditTrail(options, context, verify)));
  addConfigurationOption(addCommand(audit, 'export'))
    .description('Prints every entry as a line of JSON, with its hash and that of the entry before it.')
    .addHelpText(
      'after',
      formatExamples('tributary audit export > audit.jsonl') + formatExitCodes('The trail was printed.', 'The trail could not be read.'),
    )
    .action(async (options: ConfigurationOptions) => context.finish(await withAuditTrail(options, context, exportEntries)));
}

async function verify({ audit, problem }: InspectedStore, { out }: Output): Promise<number> {
  const result = await verifyAuditTrail(audit);
  if (result.kind === 'broken') {
    out(`Entry ${result.position} is the first that is wrong: ${result.problem}.`);
    return exitCode.failed;
  }
  if (result.head.position === 0) {
    out(emptyTrail);
    return exitCode.failed;
  }
  if (problem !== null) {
    out(`The first ${result.head.position} entries are intact, and later ones may be missing: ${problem}.`);
    return exitCode.failed;
  }
  out(`The ${result.head.position} entries are intact. The hash of the last one is ${result.head.hash}.`);
  return exitCode.done;
}

/** An empty chain is always intact, so it must not pass for a proof: the file may be the wrong one, or a copy without its log. */
const emptyTrail =
  'The audit trail is empty, so nothing was verified. It is so until a first action is requested; otherwise this is not the store of that gateway, or not the whole of it.';

async function exportEntries({ audit, problem }: InspectedStore, { out, err }: Output): Promise<number> {
  if (problem !== null) err(`Entries at the end of the audit trail may be missing: ${problem}.`);
  let after = 0;
  for (;;) {
    const links = await audit.readLinks(after);
    if (links.length === 0) return exitCode.done;
    for (const link of links) {
      out(formatAuditLink(link));
      after = link.position;
    }
  }
}

/** Opens the configured store for one job on its audit trail, and closes it again. */
async function withAuditTrail(
  options: ConfigurationOptions,
  context: CommandContext,
  job: (store: InspectedStore, output: Output) => Promise<number>,
): Promise<number> {
  const { io } = context;
  const settings = readStoreSettings(options, context);
  if (settings.kind === 'memory')
    throw new CommandError(exitCode.usage, 'store.kind: memory has no audit trail that another process could read.');
  const onLost = (reason: string): void => io.err(`The store cannot be used: ${reason}.`);
  const availability = new StoreAvailability(io.now, { onLost, onRestored: () => undefined });
  const store = await orStoreFailure(() => inspectStore(settings, { availability }));
  try {
    return await orStoreFailure(() => job(store, io));
  } finally {
    await store.close();
  }
}
