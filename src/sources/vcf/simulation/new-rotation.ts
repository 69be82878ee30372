import type { Random } from '../../../simulation/random.js';
import { buildCredentialsTask } from './build-credentials-task.js';
import type { Site } from './site.js';
import type { CredentialsTaskJson } from './wire-json.js';

/** A rotation of the root password of some hosts next to each other, that has not begun. `now` in milliseconds since 1970. */
export function newRotation(site: Site, random: Random, now: number): CredentialsTaskJson {
  const place = random.between(0, site.hosts.length - 1);
  const machines = site.hosts.slice(place, place + random.between(1, 3));
  const changes = machines.map((machine) => ({ machine, status: 'PENDING', account: 'root:SSH', dependents: [] }));
  const task = buildCredentialsTask({ type: 'ROTATE', status: 'PENDING', changes }, random, now);
  return { ...task, isAutoRotate: random.chance(0.3) };
}
