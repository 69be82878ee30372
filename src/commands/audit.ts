import { ConfigurationError } from '../config/configuration-error.js';
import { readConfiguration } from '../config/read-configuration.js';
import { LedgerError } from '../ledger/ledger-error.js';
import { openLedger } from '../ledger/open-ledger.js';
import { lineOf } from '../task/audit/audit-link.js';
import type { AuditTrail } from '../task/audit/audit-trail.js';
import { verifyAudit } from '../task/audit/verify-audit.js';
import type { SourceModule } from '../task/source/source-module.js';
import type { ConfiguredOptions } from './configured.js';
import { CommandError, exitCode } from './exit-code.js';
import { findConfiguration } from './find-configuration.js';
import type { Io } from './io.js';

/** Follows the trail of the configured store: 0 when it is whole, 1 when it is not. */
export function verifyTrail(options: ConfiguredOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  return withTrail(options, modules, io, async (trail) => {
    const verdict = await verifyAudit(trail);
    if (verdict.is === 'broken') {
      io.out(`Entry ${verdict.position} is the first that is wrong: ${verdict.why}.`);
      return exitCode.failed;
    }
    io.out(`${verdict.head.position} entries, all as they were written. The last one has the hash ${verdict.head.hash}.`);
    return exitCode.done;
  });
}

/** Prints the trail, a line an entry. */
export function exportTrail(options: ConfiguredOptions, modules: readonly SourceModule[], io: Io): Promise<number> {
  return withTrail(options, modules, io, async (trail) => {
    let after = 0;
    for (;;) {
      const links = await trail.read(after);
      if (links.length === 0) return exitCode.done;
      for (const link of links) {
        io.out(lineOf(link));
        after = link.position;
      }
    }
  });
}

async function withTrail(
  options: ConfiguredOptions,
  modules: readonly SourceModule[],
  io: Io,
  job: (trail: AuditTrail) => Promise<number>,
): Promise<number> {
  const file = findConfiguration(options.config, io);
  if (file === null) throw new CommandError(exitCode.usage, 'There is no configuration, so there is no store: name a file with --config.');
  const { store } = configurationIn(file, modules, io);
  if (store.kind === 'memory') throw new CommandError(exitCode.usage, 'store.kind: memory keeps no trail that another process could read.');
  if (store.kind === 'sqlite' && !io.exists(store.path)) throw new CommandError(exitCode.failed, `There is no store ${store.path} yet.`);
  try {
    const ledger = await openLedger(store, { now: io.now, report: (error) => io.err(String(error)) });
    try {
      return await job(ledger.audit);
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (error instanceof LedgerError) throw new CommandError(exitCode.failed, error.message, error);
    throw error;
  }
}

function configurationIn(file: string, modules: readonly SourceModule[], { environment, readFile }: Io) {
  try {
    return readConfiguration({ file, environment, readFile, modules });
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(exitCode.usage, error.message, error);
    throw error;
  }
}
