import { Command, InvalidArgumentError } from 'commander';

import { exitCode } from './command-error.js';
import type { ServedGateway } from './serve.js';

/** A server that goes on, or the exit code of a command that is done. */
export type CommandOutcome = ServedGateway | number;

export const configurationHelp = 'The configuration, a YAML file. Without it: $TRIBUTARY_CONFIG, then ./tributary.yaml';

export function addCommand(parent: Command, name: string): Command {
  return parent.command(name).helpOption('-h, --help', 'Prints this help.');
}

export function examples(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

export function exitCodes(done: string, failed: string | null, usage = 'The usage or the configuration is wrong.'): string {
  const lines = [`${exitCode.done}  ${done}`, ...(failed === null ? [] : [`${exitCode.failed}  ${failed}`]), `${exitCode.usage}  ${usage}`];
  return `\nExit codes:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

// What stands behind an option on the command line, read and checked. Empty text is what a shell makes of a variable that is not set.

export function parseFileName(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is the name of a file.');
  return text;
}

export function parseHost(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is an IP address or a host name.');
  return text;
}

export function parsePort(text: string): number {
  return parseWholeNumber(text, 65_535, 'A port is a whole number from 0 to 65535.');
}

export function parseSeed(text: string): number {
  return parseWholeNumber(text, 4_294_967_295, 'A seed is a whole number from 0 to 4294967295.');
}

/** Milliseconds from now; Infinity: never, as commander takes null for nothing. */
export function parseLifetime(text: string): number {
  if (text === 'never') return Infinity;
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('It is a number and h or d, such as 90d, or never.');
  return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

export function parseKeyId(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text)) throw new InvalidArgumentError('It has 1 to 64 letters, digits, dots, - or _.');
  return text;
}

export function parseRoles(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[^\s\p{Cc}]{1,100}$/u.test(text)) throw new InvalidArgumentError('It has 1 to 100 characters and no blanks.');
  return [...before, text];
}

function parseWholeNumber(text: string, most: number, words: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(words);
  return number;
}
