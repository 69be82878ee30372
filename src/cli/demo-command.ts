import { type Command, Option } from 'commander';

import { type FaultName, namedFaults } from '../sources/simulation/named-faults.js';
import { addCommand, type CommandContext, CommandError, exitCode, formatExamples, formatExitCodes, type ServedGateway } from './command.js';
import { startDemo } from './config.js';
import type { Io } from './io.js';
import { type ServeLog, warnInLog } from './log.js';
import { addServeOptions, runWithLog, serveExitCodes, type ServeOptions, startServing } from './serve.js';

/** `tributary demo`: serves simulated planes, whatever configuration there is; `break` and `mend` change those of a running one. */
export function registerDemo(program: Command, { modules, io, finish }: CommandContext): void {
  const demo = addServeOptions(program.command('demo'))
    .description('Serves simulated planes, whatever is configured. Tasks appear, progress, fail and finish; retry and cancel work.')
    .helpCommand(false)
    .addHelpText('after', formatExamples('tributary demo --seed 7', 'tributary demo break vcf-lax --silent') + serveExitCodes)
    .action(async (options: ServeOptions) => {
      const start = async (log: ServeLog): Promise<ServedGateway> =>
        startServing(await startDemo(options.seed, modules, warnInLog(io, log)), options, { modules, io, log });
      finish(await runWithLog(io, start));
    });
  const faults = Object.keys(namedFaults) as FaultName[];
  const breaking = addUrlOption(addCommand(demo, 'break'))
    .description('Breaks a plane of a running demo, to see what the gateway makes of it. Exactly one of the four faults is given.')
    .argument('<plane>', 'The name of the plane, such as vcf-lax.');
  for (const fault of faults) {
    const others = faults.filter((other) => other !== fault);
    breaking.addOption(new Option(`--${fault}`, faultDescriptions[fault]).conflicts(others));
  }
  breaking
    .addHelpText('after', formatExamples('tributary demo break vcf-lax --silent') + changeExitCodes)
    .action(async (plane: string, options: ChangeOptions & Partial<Record<FaultName, true>>) => {
      const fault = faults.find((each) => options[each] === true);
      if (fault === undefined) breaking.error(`error: one of ${faults.map((each) => `--${each}`).join(', ')} is required`, usageError);
      else finish(await changeDemo(options, { plane, fault }, io));
    });
  addUrlOption(addCommand(demo, 'mend'))
    .description('Mends a plane of a running demo, or all of them.')
    .argument('[plane]', 'The name of the plane. Without it: all planes.')
    .addHelpText('after', formatExamples('tributary demo mend') + changeExitCodes)
    .action(async (plane: string | undefined, options: ChangeOptions) => finish(await changeDemo(options, { plane, fault: null }, io)));
}

const faultDescriptions: Readonly<Record<FaultName, string>> = {
  slow: 'It answers each call after 2.5 seconds.',
  silent: 'It accepts connections and never answers.',
  wrong: 'It answers with a log-in page instead of JSON.',
  gone: 'It resets every connection.',
};

interface ChangeOptions {
  readonly url?: string;
}

const defaultUrl = 'http://127.0.0.1:4000';
const usageError = { exitCode: exitCode.usage };
const changeExitCodes = formatExitCodes('The demo was changed.', 'No demo answers, or it has no such plane.', 'The usage is wrong.');

function addUrlOption(command: Command): Command {
  return command.option('--url <url>', `The address of the running demo. Without it: ${defaultUrl}.`, parseDemoUrl);
}

function parseDemoUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' && url.username === '' && url.password === '') return text;
  // An InvalidArgumentError would repeat the address, with the password in it.
  throw new CommandError(exitCode.usage, `--url: Expected an address such as ${defaultUrl}, without a user name and password.`);
}

/** How long a demo may take to answer, in milliseconds. */
const answerMs = 5_000;

async function changeDemo(
  { url = defaultUrl }: ChangeOptions,
  change: { plane?: string | undefined; fault: FaultName | null },
  io: Io,
): Promise<number> {
  const { status, body } = await postChange(url, change);
  if (status !== 200) throw new CommandError(exitCode.failed, readMessage(status, body) ?? `${url} is no demo: it answered ${status}.`);
  const what = change.plane ?? 'every plane';
  io.out(change.fault === null ? `${what} works again.` : `${what} is ${change.fault}.`);
  return exitCode.done;
}

async function postChange(url: string, change: object): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const response = await fetch(new URL('/demo/planes', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tributary-demo': '1' },
      body: JSON.stringify(change),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  } catch (error) {
    throw new CommandError(
      exitCode.failed,
      `No demo answers at ${url}: start one with tributary demo, or name its address with --url.`,
      error,
    );
  }
}

/** The codes with which a demo refuses a change. */
const refusalCodes: ReadonlySet<unknown> = new Set(['BAD_USER_INPUT', 'FORBIDDEN']);

/** The message of a refusal; null where the answer is something else, such as that there is nothing at this path. */
function readMessage(status: number, body: unknown): string | null {
  const { errors } = (body ?? {}) as {
    readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: unknown } }[];
  };
  const error = errors?.[0];
  return status !== 404 && refusalCodes.has(error?.extensions?.code) ? (error?.message ?? null) : null;
}
