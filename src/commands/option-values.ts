import { InvalidArgumentError } from 'commander';

// What stands behind an option on the command line, read and checked. Empty text is what a shell makes of a variable that is not set.

export function fileOf(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is the name of a file.');
  return text;
}

export function hostOf(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is an IP address or a host name.');
  return text;
}

export function portOf(text: string): number {
  return wholeNumber(text, 65_535, 'A port is a whole number from 0 to 65535.');
}

export function seedOf(text: string): number {
  return wholeNumber(text, 4_294_967_295, 'A seed is a whole number from 0 to 4294967295.');
}

/** Milliseconds from now; Infinity: never, as commander takes null for nothing. */
export function lifeOf(text: string): number {
  if (text === 'never') return Infinity;
  const [, count, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('It is a number and h or d, such as 90d, or never.');
  return Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

export function keyIdOf(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text)) throw new InvalidArgumentError('It has 1 to 64 letters, digits, dots, - or _.');
  return text;
}

export function rolesOf(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[^\s\p{Cc}]{1,100}$/u.test(text)) throw new InvalidArgumentError('It has 1 to 100 characters and no blanks.');
  return [...before, text];
}

function wholeNumber(text: string, most: number, words: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(words);
  return number;
}
