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

function wholeNumber(text: string, most: number, words: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(words);
  return number;
}
