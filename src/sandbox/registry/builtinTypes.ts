/** What one built-in kind has beyond its two names; absent means no, or the usual. */
export interface BuiltinTraits {
  readonly cluster?: true;
  readonly singular?: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  /** `create`: nothing else; `nocollection`: everything but deletecollection. */
  readonly verbs?: "create" | "nocollection";
  readonly subresources?: readonly string[];
  /** Counts changes of its desired state in `metadata.generation`. */
  readonly generation?: true;
  /** An update must carry a resource version. */
  readonly needsVersion?: true;
  readonly createOnUpdate?: true;
  /** Answers a delete with the object instead of a Status. */
  readonly returnsDeleted?: true;
}

/** plural, kind, traits. */
export type BuiltinRow = readonly [string, string, BuiltinTraits];

/**
 * The kinds of Kubernetes 1.36 that are served without a CustomResourceDefinition, by group version, in the server's
 * order of preference.
 *
 * @see Kubernetes 1.36.3, the aggregated discovery document and pkg/registry
 */
export const BUILTIN_TYPES: readonly (readonly [string, readonly BuiltinRow[]])[] = [
  [
    "v1",
    [
      ["configmaps", "ConfigMap", { short: ["cm"] }],
      ["endpoints", "Endpoints", { short: ["ep"], createOnUpdate: true }],
      ["events", "Event", { short: ["ev"], createOnUpdate: true }],
      ["limitranges", "LimitRange", { short: ["limits"], createOnUpdate: true }],
      [
        "namespaces",
        "Namespace",
        {
          cluster: true,
          short: ["ns"],
          verbs: "nocollection",
          subresources: ["finalize", "status"],
          returnsDeleted: true,
        },
      ],
      ["nodes", "Node", { cluster: true, short: ["no"], subresources: ["status"] }],
      [
        "persistentvolumeclaims",
        "PersistentVolumeClaim",
        { short: ["pvc"], subresources: ["status"], returnsDeleted: true },
      ],
      [
        "persistentvolumes",
        "PersistentVolume",
        { cluster: true, short: ["pv"], subresources: ["status"], returnsDeleted: true },
      ],
      [
        "pods",
        "Pod",
        {
          short: ["po"],
          categories: ["all"],
          subresources: ["binding", "ephemeralcontainers", "eviction", "resize", "status"],
          generation: true,
          returnsDeleted: true,
        },
      ],
      ["podtemplates", "PodTemplate", { generation: true, returnsDeleted: true }],
      [
        "replicationcontrollers",
        "ReplicationController",
        { short: ["rc"], categories: ["all"], subresources: ["scale", "status"], generation: true },
      ],
      [
        "resourcequotas",
        "ResourceQuota",
        { short: ["quota"], subresources: ["status"], returnsDeleted: true },
      ],
      ["secrets", "Secret", {}],
      ["serviceaccounts", "ServiceAccount", { short: ["sa"], subresources: ["token"], returnsDeleted: true }],
      [
        "services",
        "Service",
        {
          short: ["svc"],
          categories: ["all"],
          subresources: ["status"],
          createOnUpdate: true,
          returnsDeleted: true,
        },
      ],
    ],
  ],
  [
    "apiregistration.k8s.io/v1",
    [
      [
        "apiservices",
        "APIService",
        { cluster: true, categories: ["api-extensions"], subresources: ["status"] },
      ],
    ],
  ],
  [
    "apps/v1",
    [
      ["controllerrevisions", "ControllerRevision", {}],
      [
        "daemonsets",
        "DaemonSet",
        { short: ["ds"], categories: ["all"], subresources: ["status"], generation: true },
      ],
      [
        "deployments",
        "Deployment",
        { short: ["deploy"], categories: ["all"], subresources: ["scale", "status"], generation: true },
      ],
      [
        "replicasets",
        "ReplicaSet",
        { short: ["rs"], categories: ["all"], subresources: ["scale", "status"], generation: true },
      ],
      [
        "statefulsets",
        "StatefulSet",
        { short: ["sts"], categories: ["all"], subresources: ["scale", "status"], generation: true },
      ],
    ],
  ],
  ["events.k8s.io/v1", [["events", "Event", { short: ["ev"], createOnUpdate: true }]]],
  [
    "authentication.k8s.io/v1",
    [
      ["selfsubjectreviews", "SelfSubjectReview", { cluster: true, verbs: "create" }],
      ["tokenreviews", "TokenReview", { cluster: true, verbs: "create" }],
    ],
  ],
  [
    "authorization.k8s.io/v1",
    [
      ["localsubjectaccessreviews", "LocalSubjectAccessReview", { verbs: "create" }],
      ["selfsubjectaccessreviews", "SelfSubjectAccessReview", { cluster: true, verbs: "create" }],
      ["selfsubjectrulesreviews", "SelfSubjectRulesReview", { cluster: true, verbs: "create" }],
      ["subjectaccessreviews", "SubjectAccessReview", { cluster: true, verbs: "create" }],
    ],
  ],
  [
    "autoscaling/v2",
    [
      [
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        { short: ["hpa"], categories: ["all"], subresources: ["status"] },
      ],
    ],
  ],
  [
    "autoscaling/v1",
    [
      [
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        { short: ["hpa"], categories: ["all"], subresources: ["status"] },
      ],
    ],
  ],
  [
    "batch/v1",
    [
      [
        "cronjobs",
        "CronJob",
        { short: ["cj"], categories: ["all"], subresources: ["status"], generation: true },
      ],
      ["jobs", "Job", { categories: ["all"], subresources: ["status"], generation: true }],
    ],
  ],
  [
    "certificates.k8s.io/v1",
    [
      [
        "certificatesigningrequests",
        "CertificateSigningRequest",
        { cluster: true, short: ["csr"], subresources: ["approval", "status"] },
      ],
    ],
  ],
  [
    "networking.k8s.io/v1",
    [
      ["ingressclasses", "IngressClass", { cluster: true, generation: true }],
      ["ingresses", "Ingress", { short: ["ing"], subresources: ["status"], generation: true }],
      ["ipaddresses", "IPAddress", { cluster: true, short: ["ip"] }],
      ["networkpolicies", "NetworkPolicy", { short: ["netpol"], generation: true }],
      ["servicecidrs", "ServiceCIDR", { cluster: true, subresources: ["status"] }],
    ],
  ],
  [
    "policy/v1",
    [
      [
        "poddisruptionbudgets",
        "PodDisruptionBudget",
        { short: ["pdb"], subresources: ["status"], generation: true, needsVersion: true },
      ],
    ],
  ],
  [
    "rbac.authorization.k8s.io/v1",
    [
      ["clusterrolebindings", "ClusterRoleBinding", { cluster: true, createOnUpdate: true }],
      ["clusterroles", "ClusterRole", { cluster: true, createOnUpdate: true }],
      ["rolebindings", "RoleBinding", { createOnUpdate: true }],
      ["roles", "Role", { createOnUpdate: true }],
    ],
  ],
  [
    "storage.k8s.io/v1",
    [
      [
        "csidrivers",
        "CSIDriver",
        { cluster: true, generation: true, needsVersion: true, returnsDeleted: true },
      ],
      ["csinodes", "CSINode", { cluster: true, needsVersion: true, returnsDeleted: true }],
      ["csistoragecapacities", "CSIStorageCapacity", { needsVersion: true }],
      ["storageclasses", "StorageClass", { cluster: true, short: ["sc"], returnsDeleted: true }],
      [
        "volumeattachments",
        "VolumeAttachment",
        { cluster: true, subresources: ["status"], needsVersion: true, returnsDeleted: true },
      ],
      [
        "volumeattributesclasses",
        "VolumeAttributesClass",
        { cluster: true, short: ["vac"], returnsDeleted: true },
      ],
    ],
  ],
  [
    "admissionregistration.k8s.io/v1",
    [
      [
        "mutatingadmissionpolicies",
        "MutatingAdmissionPolicy",
        { cluster: true, categories: ["api-extensions"], generation: true, needsVersion: true },
      ],
      [
        "mutatingadmissionpolicybindings",
        "MutatingAdmissionPolicyBinding",
        { cluster: true, categories: ["api-extensions"], generation: true, needsVersion: true },
      ],
      [
        "mutatingwebhookconfigurations",
        "MutatingWebhookConfiguration",
        { cluster: true, categories: ["api-extensions"], generation: true, needsVersion: true },
      ],
      [
        "validatingadmissionpolicies",
        "ValidatingAdmissionPolicy",
        {
          cluster: true,
          categories: ["api-extensions"],
          subresources: ["status"],
          generation: true,
          needsVersion: true,
        },
      ],
      [
        "validatingadmissionpolicybindings",
        "ValidatingAdmissionPolicyBinding",
        { cluster: true, categories: ["api-extensions"], generation: true, needsVersion: true },
      ],
      [
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration",
        { cluster: true, categories: ["api-extensions"], generation: true, needsVersion: true },
      ],
    ],
  ],
  [
    "apiextensions.k8s.io/v1",
    [
      [
        "customresourcedefinitions",
        "CustomResourceDefinition",
        {
          cluster: true,
          short: ["crd", "crds"],
          categories: ["api-extensions"],
          subresources: ["status"],
          generation: true,
        },
      ],
    ],
  ],
  [
    "scheduling.k8s.io/v1",
    [["priorityclasses", "PriorityClass", { cluster: true, short: ["pc"], generation: true }]],
  ],
  ["coordination.k8s.io/v1", [["leases", "Lease", { needsVersion: true, createOnUpdate: true }]]],
  [
    "node.k8s.io/v1",
    [["runtimeclasses", "RuntimeClass", { cluster: true, needsVersion: true, createOnUpdate: true }]],
  ],
  ["discovery.k8s.io/v1", [["endpointslices", "EndpointSlice", { generation: true }]]],
  [
    "resource.k8s.io/v1",
    [
      ["deviceclasses", "DeviceClass", { cluster: true, generation: true, returnsDeleted: true }],
      ["resourceclaims", "ResourceClaim", { subresources: ["status"], returnsDeleted: true }],
      ["resourceclaimtemplates", "ResourceClaimTemplate", { returnsDeleted: true }],
      ["resourceslices", "ResourceSlice", { cluster: true, generation: true, returnsDeleted: true }],
    ],
  ],
  [
    "flowcontrol.apiserver.k8s.io/v1",
    [
      ["flowschemas", "FlowSchema", { cluster: true, subresources: ["status"], generation: true }],
      [
        "prioritylevelconfigurations",
        "PriorityLevelConfiguration",
        { cluster: true, subresources: ["status"], generation: true },
      ],
    ],
  ],
];
