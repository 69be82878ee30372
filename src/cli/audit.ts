import { Command } from 'commander';

import { readConfiguration } from '../config/load-configuration.js';
import { ConfigurationError } from '../config/problems.js';
import type { SourceModule } from '../sources/source-module.js';
import { type AuditTrail, formatAuditLink, verifyAuditTrail } from '../store/audit-trail.js';
import { openStore } from '../store/open-store.js';
import { StoreError } from '../store/store.js';
import { CommandError, exitCode } from './command-error.js';
import { addCommand, CommandOutcome, configurationHelp, examples, exitCodes, parseFileName } from './command.js';
import { type ConfigurationOptions, findConfiguration } from './config.js';
import type { Io } from './io.js';

/** Follows the trail of the configured store: 0 when it is whole, 1 when it is not. */
export function runAuditVerify(options: ConfigurationOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  return withAuditTrail(options, modules, io, async (trail) => {
    const verdict = await verifyAuditTrail(trail);
    if (verdict.kind === 'broken') {
      io.out(`Entry ${verdict.position} is the first that is wrong: ${verdict.problem}.`);
      return exitCode.failed;
    }
    io.out(`${verdict.head.position} entries, all as they were written. The last one has the hash ${verdict.head.hash}.`);
    return exitCode.done;
  });
}

/** Prints the trail, a line an entry. */
export function runAuditExport(options: ConfigurationOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  return withAuditTrail(options, modules, io, async (trail) => {
    let after = 0;
    for (;;) {
      const links = await trail.readLinks(after);
      if (links.length === 0) return exitCode.done;
      for (const link of links) {
        io.out(formatAuditLink(link));
        after = link.position;
      }
    }
  });
}

async function withAuditTrail(
  options: ConfigurationOptions,
  modules: readonly SourceModule[],
  io: Io,
  job: (trail: AuditTrail) => Promise<number>,
): Promise<number> {
  const file = findConfiguration(options.config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration, so there is no store: name a file with --config.');
  const { store: settings } = readStoreConfiguration(file, modules, io);
  if (settings.kind === 'memory')
    throw new CommandError(exitCode.usage, 'store.kind: memory keeps no trail that another process could read.');
  if (settings.kind === 'sqlite' && !io.exists(settings.path))
    throw new CommandError(exitCode.failed, `There is no store ${settings.path} yet.`);
  try {
    const store = await openStore(settings, { now: io.now, report: (error) => io.err(String(error)) });
    try {
      return await job(store.audit);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

function readStoreConfiguration(file: string, modules: readonly SourceModule[], { environment, readFile }: Io) {
  try {
    return readConfiguration({ file, environment, readFile, modules });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(exitCode.usage, error.message, error);
    throw error;
  }
}

export function addAudit(root: Command, modules: readonly SourceModule[], io: Io, set: (outcome: CommandOutcome) => void): void {
  const audit = addCommand(root, 'audit').description('Checks and prints the trail of all actions in the store.').helpCommand(false);
  addCommand(audit, 'verify')
    .description('Follows the chain of hashes and names the first entry that is not as it was written. A gateway may run meanwhile.')
    .option('--config <file>', `${configurationHelp}.`, parseFileName)
    .addHelpText('after', examples('tributary audit verify --config tributary.yaml') + exitCodes('It is whole.', 'It is broken.'))
    .action(async (options: ConfigurationOptions) => set(await runAuditVerify(options, modules, io)));
  addCommand(audit, 'export')
    .description('Prints every entry as a line of JSON, with its hash and that of the one before.')
    .option('--config <file>', `${configurationHelp}.`, parseFileName)
    .addHelpText('after', examples('tributary audit export > audit.jsonl') + exitCodes('It is printed.', 'It could not be read.'))
    .action(async (options: ConfigurationOptions) => set(await runAuditExport(options, modules, io)));
}
