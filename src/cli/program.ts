import { Command, CommanderError } from 'commander';

import type { SourceModule } from '../sources/source-module.js';
import { registerAudit } from './audit.js';
import { CommandError, type CommandOutcome, exitCode, formatExamples, formatExitCodes, type RegisterCommand } from './command.js';
import { registerConfig } from './config.js';
import { registerDemo } from './demo-command.js';
import { registerDoctor } from './doctor.js';
import type { Io } from './io.js';
import { registerKeys } from './keys.js';
import { registerSchema } from './schema.js';
import { registerServe } from './serve.js';
import { registerSimulate } from './simulate.js';
import { registerStore } from './store.js';

/** The commands, in the order in which the help lists them. */
const commands: readonly RegisterCommand[] = [
  registerServe,
  registerDemo,
  registerSimulate,
  registerSchema,
  registerConfig,
  registerDoctor,
  registerKeys,
  registerAudit,
  registerStore,
];

/** The commands that go on. */
const serverNames: readonly string[] = ['serve', 'demo', 'simulate'];

/** Runs one command line, given without the name of the program. It does not throw for a mistake of the user. */
export async function runProgram(args: readonly string[], modules: readonly SourceModule[], io: Io): Promise<CommandOutcome> {
  let outcome: CommandOutcome = exitCode.done;
  const finish = (value: CommandOutcome): void => {
    outcome = value;
  };
  const program = buildProgram(io);
  for (const register of commands) register(program, { modules, io, finish });
  // Servers log the notices.
  program.hook('preAction', (_, command) => {
    if (!serverNames.includes(command.name())) for (const notice of io.notices) io.err(notice);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return outcome;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (!(error instanceof CommandError)) throw error;
    io.err(error.message);
    return error.exitCode;
  }
}

function buildProgram(io: Io): Command {
  return new Command('tributary')
    .description('One GraphQL API for the long-running tasks of many infrastructure control planes.')
    .version(io.version, '-V, --version', 'Prints the version.')
    .helpOption('-h, --help', 'Prints this help; tributary COMMAND --help prints that of a command.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('Try --help.')
    .addHelpText(
      'after',
      formatExamples(
        'tributary                               Serves the API, or the demo.',
        'tributary config check --config a.yaml  Prints all problems of it.',
        'tributary doctor --config a.yaml        Checks its control planes.',
      ) + formatExitCodes('The command is done.', 'It failed.'),
    );
}
