/** What a run is on Kubernetes: an Indexed Job of one pod a shard, and what its pods read. Pure. */
import { stringify } from 'yaml';
import type { ShardJob } from './job.js';

/** Port on which shard 0 serves the rendezvous. */
const PORT = 7070;
const SCENARIO = '/plimsoll/scenario';
const RECORDS = '/plimsoll/records';
const TOKEN_KEY = 'token';
const GRACE_S = 60;

/** Objects of one run carry one name and one label. */
export const objectName = ({ group }: ShardJob): string => `plimsoll-${group}`;
const labelsOf = (job: ShardJob) => ({ 'app.kubernetes.io/name': 'plimsoll', 'app.kubernetes.io/instance': job.group });

/** Where the records are in the pod that fetches them. */
export const recordsInPod = ({ group }: ShardJob): string => `${RECORDS}/${group}`;
export const gatherPodName = (job: ShardJob): string => `${objectName(job)}-gather`;

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly namespace?: string;
  };
  readonly [field: string]: unknown;
}

const metadataOf = (job: ShardJob, name = objectName(job)): KubernetesObject['metadata'] => ({
  name,
  labels: labelsOf(job),
  ...(job.kubernetes.namespace === null ? {} : { namespace: job.kubernetes.namespace }),
});

/** Volumes that have owners are given to the group of the image's user. */
const VOLUMES_OF = { fsGroup: 1000 };

/** Runs without a right that it does not need. */
const UNPRIVILEGED = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const recordsVolume = ({ kubernetes: { claim } }: ShardJob) => ({
  name: 'records',
  persistentVolumeClaim: { claimName: claim },
});

/**
 * The first is the one by which a run is distinguished from another of its name.
 * @param token what all shards must know of each other.
 */
export function kubernetesObjects(job: ShardJob, token: string): readonly [KubernetesObject, ...KubernetesObject[]] {
  const name = objectName(job);
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(job), data: { 'scenario.yaml': job.scenarioText } },
    { apiVersion: 'v1', kind: 'Secret', metadata: metadataOf(job), type: 'Opaque', stringData: { [TOKEN_KEY]: token } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf(job),
      spec: {
        clusterIP: 'None',
        // Shards meet before any of them is ready.
        publishNotReadyAddresses: true,
        selector: labelsOf(job),
        ports: [{ name: 'rendezvous', port: PORT, targetPort: PORT }],
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: metadataOf(job),
      spec: {
        completionMode: 'Indexed',
        completions: job.shards,
        parallelism: job.shards,
        // A shard that ran again would be another load: the first failure is the end.
        backoffLimitPerIndex: 0,
        maxFailedIndexes: 0,
        template: { metadata: { labels: labelsOf(job) }, spec: podOf(job, name) },
      },
    },
  ];
}

function podOf(job: ShardJob, name: string) {
  const { shards, cpus, memoryMib, kubernetes } = job;
  const resources = { cpu: String(cpus), memory: `${memoryMib}Mi` };
  const words = ['run', `${SCENARIO}/scenario.yaml`, '--rendezvous', `http://${name}-0.${name}:${PORT}`];
  return {
    restartPolicy: 'Never',
    securityContext: VOLUMES_OF,
    subdomain: name,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: GRACE_S,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labelsOf(job) },
      },
    ],
    containers: [
      {
        name: 'shard',
        image: kubernetes.image,
        args: [...words, '--group', job.group, '--out', RECORDS, '--quiet'],
        env: [
          { name: 'PLIMSOLL_SHARDS', value: String(shards) },
          { name: 'PLIMSOLL_SHARD_TOKEN', valueFrom: { secretKeyRef: { name, key: TOKEN_KEY } } },
          ...job.secrets.map((key) => ({
            name: key,
            valueFrom: { secretKeyRef: { name: kubernetes.secret, key } },
          })),
        ],
        // As much as it asks for: a generator whose share changes measures that.
        resources: { requests: resources, limits: resources },
        securityContext: UNPRIVILEGED,
        volumeMounts: [
          { name: 'scenario', mountPath: SCENARIO, readOnly: true },
          { name: 'records', mountPath: RECORDS },
        ],
      },
    ],
    volumes: [{ name: 'scenario', configMap: { name } }, recordsVolume(job)],
  };
}

/** A pod that does nothing but hold the volume with the records. */
export function gatherPod(job: ShardJob): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(job, gatherPodName(job)),
    spec: {
      restartPolicy: 'Never',
      securityContext: VOLUMES_OF,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'gather',
          image: job.kubernetes.image,
          command: ['sleep', '3600'],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
          securityContext: UNPRIVILEGED,
          volumeMounts: [{ name: 'records', mountPath: RECORDS }],
        },
      ],
      volumes: [recordsVolume(job)],
    },
  };
}

export const asYaml = (objects: readonly object[]): string =>
  objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join('');
