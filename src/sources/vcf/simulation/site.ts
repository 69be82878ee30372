import { Random } from '../../../simulation/random.js';
import type { ResourceJson } from './wire-json.js';

/** What one SDDC Manager looks after. */
export interface Site {
  /** A short code such as `sfo`, in front of every name. */
  readonly code: string;
  readonly sddcManager: ResourceJson;
  readonly hosts: readonly ResourceJson[];
  readonly clusters: readonly ResourceJson[];
  readonly domains: readonly ResourceJson[];
  readonly vCenters: readonly ResourceJson[];
  readonly nsxManagers: readonly ResourceJson[];
  /** The id of a resource by its name: always the same one at one site. */
  idOf(name: string): string;
  /** The id of a task that sample operations name: the same one with every seed. */
  taskIdOf(label: string): string;
}

const spareCodes = ['ams', 'dub', 'fra', 'lax', 'lon', 'nyc', 'sfo', 'sin', 'syd', 'tok'];
const workloads = ['m01', 'w01', 'w02'];

/** A site from a seed and the name of its source; the part behind the last hyphen, where it is short, is its code. */
export function siteOf(seed: number, name: string): Site {
  const said = name.split('-').at(-1) ?? '';
  const code = /^[a-z]{2,5}$/.test(said) ? said : Random.named(seed, name).pick(spareCodes);
  const idOf = (resource: string): string => Random.named(seed, `${name}/${resource}`).uuid();
  const taskIdOf = (label: string): string => Random.named(0, `${name}/task/${label}`).uuid();
  const named = (type: string, label: string): ResourceJson => ({ resourceId: idOf(label), type, name: label });
  const machine = (type: string, label: string): ResourceJson => {
    const fqdn = `${label}.${code}.cloud.example`;
    return { resourceId: idOf(fqdn), type, fqdn, name: fqdn };
  };
  return {
    code,
    idOf,
    taskIdOf,
    sddcManager: machine('SDDC_MANAGER', `${code}-vcf01`),
    // Title case, as live tasks have it (a client compares them exactly: terraform-provider-vcf, resource_host.go).
    hosts: workloads.flatMap((workload) => ['01', '02', '03', '04'].map((place) => machine('Esxi', `${code}01-${workload}-esx${place}`))),
    clusters: workloads.map((workload) => named('Cluster', `${code}-${workload}-cl01`)),
    domains: workloads.map((workload) => named('Domain', `${code}-${workload}`)),
    vCenters: workloads.map((workload) => machine('VCENTER', `${code}-${workload}-vc01`)),
    nsxManagers: workloads.map((workload) => machine('NSXT_MANAGER', `${code}-${workload}-nsx01`)),
  };
}
