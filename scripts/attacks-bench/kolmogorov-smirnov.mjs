/** The p-value of the two-sample Kolmogorov–Smirnov test, by its asymptotic distribution. */
export function kolmogorovSmirnov(one, other) {
  const [a, b] = [one, other].map((values) => values.toSorted((x, y) => x - y));
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i], b[j]);
    while (a[i] <= at) i += 1;
    while (b[j] <= at) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const root = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const x = (root + 0.12 + 0.11 / root) * distance;
  // The series converges too slowly for differences this small; its value is 1.
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
