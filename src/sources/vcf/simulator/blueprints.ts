import type { Blueprint } from './blueprint.js';
import {
  bundleDownload,
  certificateReplacement,
  hostCommission,
  hostDecommission,
  hostUpgrade,
  managerBackup,
  upgradePrecheck,
} from './maintenance-blueprints.js';

export const edgeClusterCreation: Blueprint = {
  type: 'EDGE_CLUSTER_CREATION',
  minutes: 55,
  plan(site, random) {
    const manager = random.pick(site.nsxManagers);
    return {
      name: `Deploying NSX Edge cluster ${site.code}-edge-cl${random.between(10, 99)}`,
      description: `Deploys two NSX Edge nodes under ${manager.fqdn} and peers them with the fabric.`,
      resources: [manager],
      steps: [
        { name: 'Validate uplinks', description: 'Check uplink networks and BGP neighbours' },
        {
          name: 'Deploy Edge nodes',
          description: 'Deploy the Edge appliances',
          steps: ['en01', 'en02'].map((node) => ({
            name: `Deploy ${site.code}-${node}`,
            description: 'Deploy the appliance and join it to NSX',
            stages: ['Deploy appliance', 'Join management plane'],
          })),
        },
        { name: 'Form Edge cluster', description: 'Create the cluster and its failure domains' },
        {
          name: 'Configure routing',
          description: 'Create the Tier-0 gateway and its BGP sessions',
          documentationLink: { url: 'https://docs.example/nsx/edge-routing', label: 'Routing of Edge clusters' },
        },
      ],
    };
  },
  failure: {
    errorCode: 'EDGE_CLUSTER_CREATION_FAILED',
    message: 'The NSX Edge cluster could not be deployed under {}',
    remediation: 'Check the BGP neighbours of the top-of-rack switches, then retry the task.',
    because: {
      errorCode: 'BGP_SESSION_DOWN',
      message: 'A BGP session did not come up',
      cause: 'Neighbour 172.27.11.1 (AS 65001) stays in state Active',
    },
  },
};

export const clusterCreation: Blueprint = {
  type: 'CLUSTER_CREATION',
  minutes: 75,
  plan(site, random) {
    const cluster = random.pick(site.clusters);
    const place = site.clusters.indexOf(cluster);
    const hosts = site.hosts.slice(place * 4, place * 4 + 3);
    return {
      name: `Adding cluster ${cluster.name}`,
      description: `Adds cluster ${cluster.name} with ${hosts.length} hosts to its domain.`,
      resources: [cluster, ...hosts],
      steps: [
        { name: 'Validate cluster image', description: 'Compare the image with the versions of the hosts' },
        {
          name: 'Add hosts',
          description: 'Add the hosts to vCenter',
          steps: hosts.map((host) => ({ name: `Add ${host.fqdn}`, description: 'Add the host to the cluster', resources: [host] })),
        },
        {
          name: 'Create distributed switch',
          description: 'Create the switch and its port groups',
          stages: ['Create switch', 'Create port groups'],
        },
        { name: 'Configure vSAN', description: 'Claim disks and set the storage policy' },
        { name: 'Prepare NSX', description: 'Install NSX on the hosts' },
      ],
    };
  },
  failure: {
    errorCode: 'CLUSTER_CREATION_FAILED',
    message: 'Cluster {} could not be added',
    remediation: 'Assign an image whose ESX version matches the hosts, then retry the task.',
    because: {
      errorCode: 'CLUSTER_IMAGE_NOT_COMPATIBLE',
      message: 'The image of {} does not match the version of its hosts',
      cause: 'Image has 9.0.1-24957456, the hosts have 9.0.0-24755229',
    },
  },
};

/** Domains, clusters and edges. */
export const domainCreation: Blueprint = {
  type: 'DOMAIN_CREATION',
  minutes: 130,
  plan(site, random) {
    const place = random.between(1, site.domains.length - 1);
    const domain = site.domains[place] ?? random.pick(site.domains);
    const hosts = site.hosts.slice(place * 4, place * 4 + 3);
    return {
      name: `Creating workload domain ${domain.name}`,
      description: `Deploys vCenter, NSX and the first cluster of workload domain ${domain.name}.`,
      resources: [domain, ...hosts],
      steps: [
        {
          name: 'Validate specification',
          description: 'Check the domain specification against the inventory',
          stages: ['Names', 'Addresses', 'Licences'],
        },
        {
          name: 'Deploy vCenter',
          description: 'Deploy and configure vCenter for the domain',
          steps: [
            {
              name: 'Deploy appliance',
              description: 'Import the appliance and power it on',
              stages: ['Copy image', 'Power on', 'Wait for services'],
            },
            {
              name: 'Create first cluster',
              description: 'Create the cluster and add its hosts',
              steps: hosts.map((host) => ({
                name: `Add ${host.fqdn}`,
                description: 'Add the host and move its adapters to the distributed switch',
                stages: ['Add host', 'Migrate adapters'],
                resources: [host],
              })),
            },
            { name: 'Enable vSAN', description: 'Claim disks and form the datastore' },
          ],
        },
        {
          name: 'Deploy NSX',
          description: 'Deploy the NSX Manager cluster',
          steps: [
            {
              name: 'Deploy managers',
              description: 'Deploy three NSX Managers',
              stages: ['First manager', 'Second manager', 'Third manager'],
            },
            { name: 'Prepare hosts', description: 'Install NSX on the hosts of the cluster' },
          ],
        },
        { name: 'Save domain', description: 'Write the domain to the inventory' },
      ],
    };
  },
  failure: {
    errorCode: 'DOMAIN_CREATION_FAILED',
    message: 'Workload domain {} could not be created',
    remediation: 'See the failed subtask, correct the cause and retry the task.',
    because: {
      errorCode: 'VCENTER_SERVICES_NOT_READY',
      message: 'The services of the new vCenter did not start',
      cause: 'Service vpxd was still starting after 900 seconds',
    },
  },
};

/** Every kind of task that the simulated SDDC Manager starts by itself. */
export const allBlueprints: readonly Blueprint[] = [
  hostCommission,
  hostDecommission,
  domainCreation,
  clusterCreation,
  edgeClusterCreation,
  certificateReplacement,
  bundleDownload,
  managerBackup,
  upgradePrecheck,
  hostUpgrade,
];
