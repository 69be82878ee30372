// Draws a plot as SVG. A library for charts would be a browser's worth of code for lines and labels.

const width = 760;
const height = 380;
const margin = { top: 44, right: 250, bottom: 52, left: 70 };
/** Colours that are told apart on a light and on a dark page. */
const colors = ['#3b82f6', '#f97316', '#22c55e', '#a855f7', '#ef4444', '#14b8a6', '#ca8a04', '#64748b', '#ec4899', '#0ea5e9', '#84cc16'];

/** The page behind the image is dark where the reader prefers that, so the text follows. */
const style = `
  text { font: 12px sans-serif; fill: #24292f }
  .title { font-size: 15px }
  .grid { stroke: #d0d7de }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #30363d } }
`;

/**
 * `series` is a list of { name, points: [x, y][] }. Both axes are logarithmic, so that equal ratios are equal distances; points at or below 0
 * are left out.
 */
export function plotLogarithmic({ title, xLabel, yLabel, series }) {
  const drawn = series.map(({ name, points }) => ({ name, points: points.filter(([x, y]) => x > 0 && y > 0) }));
  const points = drawn.flatMap((line) => line.points);
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const x = buildScale(
    points.map(([value]) => value),
    left,
    right,
  );
  const y = buildScale(
    points.map(([, value]) => value),
    bottom,
    top,
  );
  const parts = [
    text(left, 24, title, 'class="title"'),
    ...x.ticks.map(
      (tick) => gridLine(x.at(tick), top, x.at(tick), bottom) + text(x.at(tick), bottom + 18, format(tick), 'text-anchor="middle"'),
    ),
    ...y.ticks.map(
      (tick) => gridLine(left, y.at(tick), right, y.at(tick)) + text(left - 8, y.at(tick) + 4, format(tick), 'text-anchor="end"'),
    ),
    text((left + right) / 2, height - 12, xLabel, 'text-anchor="middle"'),
    text(18, (top + bottom) / 2, yLabel, `text-anchor="middle" transform="rotate(-90 18 ${(top + bottom) / 2})"`),
    ...drawn.map(({ name, points: line }, index) =>
      drawSeries(
        name,
        line.map(([px, py]) => [x.at(px), y.at(py)]),
        index,
      ),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawSeries(name, points, index) {
  const color = colors[index % colors.length];
  const at = points.map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
  const labelX = width - margin.right + 16;
  const labelY = margin.top + 12 + index * 20;
  return [
    `<polyline points="${at.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...at.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3.5" fill="${color}"/>`),
    `<circle cx="${labelX}" cy="${labelY - 4}" r="5" fill="${color}"/>`,
    text(labelX + 12, labelY, name),
  ].join('');
}

/** A logarithmic scale from the power of ten below the values to the one above them, with a tick at each. */
function buildScale(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { ticks, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) };
}

function gridLine(x1, y1, x2, y2) {
  return `<line class="grid" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
}

function text(x, y, content, attributes = '') {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
}

function format(value) {
  return value >= 1 ? value.toLocaleString('en') : String(Number(value.toPrecision(1)));
}

function escape(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
