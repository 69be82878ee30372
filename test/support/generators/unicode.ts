import fc from 'fast-check';

/**
 * Any code point, lone surrogates too: what fast-check calls `binary`. Its own unit of this name first builds a table of all
 * 1,114,112 of them, once for every arbitrary made of it and in every test file; this one computes both directions.
 */
const codePoint: fc.Arbitrary<string> = fc.integer({ min: 0, max: 0x10ffff }).map(
  (point) => String.fromCodePoint(point),
  (value) => {
    const point = typeof value === 'string' ? value.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== value) throw new Error('This is not one code point.');
    return point;
  },
);

/** Any text, with the lengths counted in code points. */
export function unicode(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: codePoint });
}
