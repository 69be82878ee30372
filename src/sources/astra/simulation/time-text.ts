/** Forms in which the plane writes times: the documentation shows microseconds, real replies whole seconds, the schema allows a comma. */
export type TimeForm = 'microseconds' | 'comma' | 'seconds';

/** An instant (milliseconds since 1970) in one of these forms, in UTC. */
export function timeText(instant: number, form: TimeForm): string {
  const iso = new Date(instant).toISOString();
  if (form === 'seconds') return `${iso.slice(0, 19)}Z`;
  const fraction = `${iso.slice(20, 23)}${String((instant * 7) % 1000).padStart(3, '0')}`;
  return `${iso.slice(0, 19)}${form === 'comma' ? ',' : '.'}${fraction}Z`;
}
