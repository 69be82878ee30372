import { type Command, InvalidArgumentError } from 'commander';
import type { FastifyBaseLogger } from 'fastify';

import { keyIdPattern } from '../config/keyring.js';
import { isOrigin } from '../lib/loopback.js';
import { ConfigurationError } from '../config/problems.js';
import type { SourceModule } from '../sources/source-module.js';
import type { Io } from './io.js';

/** The exit codes: done, failed, or not tried because of the usage or the configuration. */
export const exitCode = { done: 0, failed: 1, usage: 2 } as const;

/** Thrown when a command cannot do what it was asked to do. The message is all that the user sees. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'COMMAND_FAILED';
  readonly exitCode: 1 | 2;

  constructor(status: 1 | 2, message: string, cause?: unknown) {
    super(message, { cause });
    this.exitCode = status;
  }
}

/** Turns the problems of a configuration into a CommandError. */
export function orCommandError<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigurationError) throw new CommandError(exitCode.usage, error.message, error);
    throw error;
  }
}

/** A gateway that listens, together with the simulated planes of the demo, or one simulated plane. */
export interface ServedGateway {
  readonly log: FastifyBaseLogger;
  /** `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** What standard output is told when signals are handled: who reads it may send one at once. */
  readonly announcement: string;
  /** Reloads what can change while the gateway serves; null when there is no configuration file. */
  readonly reload: (() => void) | null;
  /** Finishes the requests in flight and closes every connection. */
  close(): Promise<void>;
}

/** A server that goes on, or the exit code of a command that is done. */
export type CommandOutcome = ServedGateway | number;

/** What the commands work with. */
export interface CommandContext {
  readonly modules: readonly SourceModule[];
  readonly io: Io;
  /** Called once by the command that ran. */
  readonly finish: (outcome: CommandOutcome) => void;
}

/** The option that names the configuration. */
export interface ConfigurationOptions {
  readonly config?: string | undefined;
}

/** Registers a command, or a group of commands, below the program. */
export type RegisterCommand = (program: Command, context: CommandContext) => void;

export function addCommand(parent: Command, name: string): Command {
  return parent.command(name).helpOption('-h, --help', 'Prints this help.');
}

/** @param otherwise what happens when there is no configuration. */
export function addConfigurationOption(command: Command, otherwise = ''): Command {
  const help = `The configuration, a YAML file. Without it: $TRIBUTARY_CONFIG, then ./tributary.yaml${otherwise}.`;
  return command.option('--config <file>', help, parseFileName);
}

export function formatExamples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

export function formatExitCodes(done: string, failed: string | null, usage = 'The usage or the configuration is wrong.'): string {
  const lines = [`${exitCode.done}  ${done}`, ...(failed === null ? [] : [`${exitCode.failed}  ${failed}`]), `${exitCode.usage}  ${usage}`];
  return `\nExit codes:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

// Parsers of the values of options. A shell passes an empty text for a variable that is not set.

export function parseFileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected the name of a file.');
  return text;
}

export function parseHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected an IP address or a host name.');
  return text;
}

export function parsePort(text: string): number {
  return parseWholeNumber(text, 65_535, 'A port is a whole number from 0 to 65535.');
}

export function parseOrigins(text: string, previous: readonly string[] = []): readonly string[] {
  if (!isOrigin(text)) throw new InvalidArgumentError('Expected an origin, such as http://localhost:5173 or http://localhost:*.');
  return [...previous, text];
}

export function parseSeed(text: string): number {
  return parseWholeNumber(text, 4_294_967_295, 'A seed is a whole number from 0 to 4294967295.');
}

/** Milliseconds; Infinity for `never`, because commander takes null for a missing value. */
export function parseLifetime(text: string): number {
  if (text === 'never') return Infinity;
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Expected a number and h or d, such as 90d, or never.');
  return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

export function parseKeyId(text: string): string {
  if (!keyIdPattern.test(text)) throw new InvalidArgumentError('Expected 1 to 64 letters, digits, dots, - or _.');
  return text;
}

export function parseRoles(text: string, previous: readonly string[] = []): readonly string[] {
  if (!/^[^\s\p{Cc}]{1,100}$/u.test(text)) throw new InvalidArgumentError('Expected 1 to 100 characters without blanks.');
  return [...previous, text];
}

function parseWholeNumber(text: string, max: number, expectation: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > max) throw new InvalidArgumentError(expectation);
  return number;
}
