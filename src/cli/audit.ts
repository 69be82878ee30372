import type { Command } from 'commander';

import { readConfiguration } from '../config/load-configuration.js';
import { type AuditTrail, formatAuditLink, verifyAuditTrail } from '../store/audit-trail.js';
import { openStore } from '../store/open-store.js';
import { StoreError } from '../store/store.js';
import {
  addCommand,
  addConfigurationOption,
  type CommandContext,
  CommandError,
  type ConfigurationOptions,
  exitCode,
  formatExamples,
  formatExitCodes,
  orCommandError,
} from './command.js';
import { findConfiguration } from './config.js';
import type { Output } from './io.js';

/** `tributary audit`: verifies and exports the audit trail of the store. */
export function registerAudit(program: Command, context: CommandContext): void {
  const audit = addCommand(program, 'audit').description('Verifies or exports the audit trail of all actions.').helpCommand(false);
  addConfigurationOption(addCommand(audit, 'verify'))
    .description('Verifies the hash chain, and names the first entry that was changed. A gateway may run meanwhile.')
    .addHelpText(
      'after',
      formatExamples('tributary audit verify --config tributary.yaml') +
        formatExitCodes('The trail is intact.', 'The trail is not intact.'),
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

async function verify(trail: AuditTrail, { out }: Output): Promise<number> {
  const result = await verifyAuditTrail(trail);
  if (result.kind === 'broken') {
    out(`Entry ${result.position} is the first that is wrong: ${result.problem}.`);
    return exitCode.failed;
  }
  out(`The ${result.head.position} entries are intact. The hash of the last one is ${result.head.hash}.`);
  return exitCode.done;
}

async function exportEntries(trail: AuditTrail, { out }: Output): Promise<number> {
  let after = 0;
  for (;;) {
    const links = await trail.readLinks(after);
    if (links.length === 0) return exitCode.done;
    for (const link of links) {
      out(formatAuditLink(link));
      after = link.position;
    }
  }
}

/** Opens the configured store for one job on its audit trail, and closes it again. */
async function withAuditTrail(
  { config }: ConfigurationOptions,
  { modules, io }: CommandContext,
  job: (trail: AuditTrail, output: Output) => Promise<number>,
): Promise<number> {
  const { environment, readFile } = io;
  const file = findConfiguration(config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration, so there is no store: name a file with --config.');
  const { store: settings } = orCommandError(() => readConfiguration({ file, environment, readFile, modules }));
  if (settings.kind === 'memory')
    throw new CommandError(exitCode.usage, 'store.kind: memory has no audit trail that another process could read.');
  if (settings.kind === 'sqlite' && !io.exists(settings.path))
    throw new CommandError(exitCode.failed, `There is no store ${settings.path} yet.`);
  try {
    const store = await openStore(settings, { now: io.now, report: (error) => io.err(String(error)) });
    try {
      return await job(store.audit, io);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}
