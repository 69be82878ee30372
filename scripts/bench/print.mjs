/** Prints one line or several. */
export function print(text) {
  process.stdout.write(`${text}\n`);
}
