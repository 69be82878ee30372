// The tables of the report.

/** A number with two digits that count, or all of those before the point. */
export function digits(value) {
  if (!Number.isFinite(value)) return '–';
  // From 99.5 on, two digits would be 100 in scientific notation.
  if (value >= 99.5) return value.toFixed(0);
  return value === 0 ? '0' : value.toPrecision(2);
}

function percent(part, whole) {
  return part === 0 ? '0' : `${digits((100 * part) / whole)} %`;
}

/** A table in Markdown; the first column has names, the others numbers. */
export function buildTable(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** What `measureSideBySide` found, with the ratio to the naive server where it is among the rows. */
export function tabulateContenders(rows) {
  const naive = rows.find(({ name }) => name === 'naive')?.cpuMs ?? Number.NaN;
  return buildTable(
    ['', 'CPU ms a query', 'worst of 3', '× naive', 'p50 ms', 'p99 ms', 'refused', 'stale', 'wrong', 'calls a query', 'RSS MB'],
    rows.map((row) => [
      row.name,
      digits(row.cpuMs),
      digits(row.worstCpuMs),
      digits(naive / row.cpuMs),
      digits(row.p50Ms),
      digits(row.p99Ms),
      percent(row.refused, row.answered + row.refused + row.wrong),
      percent(row.stale, row.answered),
      String(row.wrong),
      digits(row.callsPerQuery),
      digits(row.rssMb),
    ]),
  );
}
