// ECR and ECR Public: the JSON operations that Berth calls, over repositories held in memory.
"use strict";
const crypto = require("node:crypto");
const { Fault } = require("./fault.cjs");
const { authorize } = require("./policy.cjs");
const { manifestOf } = require("./stores.cjs");

const bad = (message) => new Fault(400, "InvalidParameterException", message);
const TOKEN_LIFE = 12 * 3600;

/** Items of one page: maxResults 1 to 1000, 100 if not said; the mark is opaque and signed for. */
function paged(items, input) {
  const size = input.maxResults ?? 100;
  if (!Number.isInteger(size) || size < 1 || size > 1000)
    throw bad("Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must be between 1 and 1000'");
  let start = 0;
  if (input.nextToken) {
    const text = Buffer.from(input.nextToken, "base64").toString();
    if (!/^page:\d+$/.test(text)) throw bad("Invalid parameter at 'nextToken'");
    start = Number(text.slice(5));
  }
  const rest = start + size < items.length;
  return [items.slice(start, start + size),
    rest ? { nextToken: Buffer.from(`page:${start + size}`).toString("base64") } : {}];
}

function accountOf(input, who) {
  const account = input.registryId ?? who.principal.account;
  if (!/^\d{12}$/.test(account)) throw bad("Invalid parameter at 'registryId' failed to satisfy constraint: 'must be 12 digits'");
  return account;
}

class Call {
  constructor(input, who, world, service) {
    Object.assign(this, { input, who, world, service, account: accountOf(input, who) });
  }
  arn(name) {
    const region = this.service === "ecr" ? this.who.region : "";
    return `arn:aws:${this.service}:${region}:${this.account}:repository/${name}`;
  }
  may(operation, resource) {
    authorize(this.who.principal, `${this.service}:${operation}`, resource);
  }
  all() {
    const region = this.service === "ecr" ? this.who.region : "public";
    return this.world.repositories.get(`${region} ${this.account}`) || new Map();
  }
  /** IAM first, existence second. */
  repository(operation) {
    const name = this.input.repositoryName;
    if (typeof name !== "string") throw bad("Invalid parameter at 'repositoryName'");
    this.may(operation, this.arn(name));
    const found = this.all().get(name);
    if (!found) throw new Fault(400, "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${this.account}'`);
    return found;
  }
  image(operation) {
    const repository = this.repository(operation);
    const found = repository.images.find((each) => each.digest === this.input.imageId?.imageDigest
      || each.tags.includes(this.input.imageId?.imageTag));
    if (!found) throw new Fault(400, "ImageNotFoundException", "The image requested does not exist");
    return found;
  }
}

function openToken(call) {
  const { principal, region } = call.who;
  const password = crypto.randomBytes(1200).toString("base64");
  const expires = call.world.now() + TOKEN_LIFE;
  call.world.passwords.set(password, { principal, region: call.service === "ecr" ? region : "public", expires });
  return { authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"), expiresAt: expires + 0.123 };
}

const describeRepository = (call, [name, repository]) => ({
  repositoryName: name, registryId: call.account, repositoryArn: call.arn(name), createdAt: repository.created || 1700000000.5,
  repositoryUri: call.service === "ecr" ? `${call.account}.dkr.ecr.${call.who.region}.amazonaws.com/${name}` : `public.ecr.aws/alias/${name}`,
  ...(call.service === "ecr" && {
    imageTagMutability: repository.mutability || "MUTABLE",
    ...(repository.exclusions && { imageTagMutabilityExclusionFilters:
      repository.exclusions.map((filter) => ({ filterType: "WILDCARD", filter })) }),
    imageScanningConfiguration: { scanOnPush: Boolean(repository.scanOnPush) },
    encryptionConfiguration: repository.encryption || { encryptionType: "AES256" },
  }),
});

const describeImage = (call, image) => ({
  registryId: call.account, repositoryName: call.input.repositoryName, imageDigest: image.digest,
  ...(image.tags.length && { imageTags: image.tags }), imageSizeInBytes: image.size, imagePushedAt: image.pushed,
  imageManifestMediaType: image.mediaType || "application/vnd.oci.image.manifest.v1+json",
  artifactMediaType: image.artifact || "application/vnd.oci.image.config.v1+json",
  ...(image.lastPulled && { lastRecordedPullTime: image.lastPulled }),
  ...(call.service === "ecr" && { imageStatus: image.status || "ACTIVE" }),
  // Only where there was a scan, and of that only the counts.
  ...(image.scan && { imageScanStatus: { status: image.scan.status },
    imageScanFindingsSummary: { imageScanCompletedAt: image.scan.completed, findingSeverityCounts: countsOf(image.scan) } }),
});

/** `scan` of an image: {status, completed, findings: [{name, severity, …}]}. */
function countsOf(scan) {
  const counts = {};
  for (const { severity } of scan.findings || []) counts[severity] = (counts[severity] || 0) + 1;
  return counts;
}

function scanFindings(call) {
  const { digest, scan } = call.image("DescribeImageScanFindings");
  if (!scan) throw new Fault(400, "ScanNotFoundException",
    `Image scan does not exist for the image with '{imageDigest:'${digest}', imageTag:'${call.input.imageId.imageTag || "null"}'}' in the repository with name '${call.input.repositoryName}' in the registry with id '${call.account}'`);
  const [findings, mark] = paged(scan.findings || [], call.input);
  return { registryId: call.account, repositoryName: call.input.repositoryName, imageId: { imageDigest: digest },
    imageScanStatus: { status: scan.status, description: scan.description || "The scan was completed successfully." },
    imageScanFindings: { imageScanCompletedAt: scan.completed, vulnerabilitySourceUpdatedAt: scan.completed,
      findingSeverityCounts: countsOf(scan), findings }, ...mark };
}

function describeRepositories(call) {
  const names = call.input.repositoryNames || [];
  if (!names.length) call.may("DescribeRepositories", call.arn("*"));
  for (const name of names) {
    call.may("DescribeRepositories", call.arn(name));
    if (!call.all().has(name)) throw new Fault(400, "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${call.account}'`);
  }
  const chosen = [...call.all()].filter(([name]) => !names.length || names.includes(name));
  const [items, mark] = paged(chosen, call.input);
  return { repositories: items.map((each) => describeRepository(call, each)), ...mark };
}

/** The image that an id names, by whatever it names. */
const matches = (image, id) => (id.imageDigest ? image.digest === id.imageDigest : image.tags.includes(id.imageTag));

/** All that are asked for, or none: one that is missing fails the call. No pages then. */
function namedImages(call, images) {
  const ids = call.input.imageIds;
  if (ids.length > 100) throw bad("Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length less than or equal to 100'");
  if (call.input.maxResults || call.input.nextToken) throw bad("maxResults and nextToken cannot be used with imageIds");
  return ids.map((id) => {
    const found = images.find((image) => matches(image, id));
    if (!found) throw new Fault(400, "ImageNotFoundException",
      `The image with imageId {imageDigest:'${id.imageDigest || "null"}', imageTag:'${id.imageTag || "null"}'} does not exist within the repository with name '${call.input.repositoryName}' in the registry with id '${call.account}'`);
    return found;
  });
}

function describeImages(call) {
  const { images } = call.repository("DescribeImages");
  const [items, mark] = call.input.imageIds ? [namedImages(call, images), {}] : paged(images, call.input);
  return { imageDetails: items.map((image) => describeImage(call, image)), ...mark };
}

function policyOf(call, operation, member, key, absent) {
  const text = call.repository(operation)[key];
  if (!text) throw new Fault(400, absent, `${member} does not exist for the repository`);
  return { registryId: call.account, repositoryName: call.input.repositoryName, [member]: text };
}

function tagsOf(call) {
  const arn = call.input.resourceArn || "";
  const match = /^arn:aws:[\w-]+:[\w-]*:(\d{12}):repository\/(.+)$/.exec(arn);
  if (!match) throw bad("Invalid parameter at 'resourceArn'");
  call.may("ListTagsForResource", arn);
  const found = call.all().get(match[2]);
  if (!found) throw new Fault(400, "RepositoryNotFoundException", "The repository does not exist");
  return { tags: Object.entries(found.labels || {}).map(([Key, Value]) => ({ Key, Value })) };
}

/** Manifests as they are in the region's store; what it does not have is a failure of that one. */
async function batchGetImage(call) {
  const { images } = call.repository("BatchGetImage");
  const ids = call.input.imageIds || [];
  if (ids.length > 100) throw bad("Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length less than or equal to 100'");
  const answer = { images: [], failures: [] };
  for (const imageId of ids) {
    const image = images.find((each) => matches(each, imageId));
    const store = call.world.stores[call.who.region];
    const found = image && store && await manifestOf(store, call.input.repositoryName, image.digest);
    if (found) answer.images.push({ registryId: call.account, repositoryName: call.input.repositoryName,
      imageId: { imageDigest: image.digest, ...(imageId.imageTag && { imageTag: imageId.imageTag }) },
      imageManifest: found.bytes.toString(), imageManifestMediaType: found.mediaType });
    else answer.failures.push({ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
  }
  return answer;
}

const MUTABILITY = ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"];

function createRepository(call) {
  const { repositoryName: name, imageTagMutability: mutability = "MUTABLE", imageScanningConfiguration: scanning = {},
    imageTagMutabilityExclusionFilters: filters } = call.input;
  if (!/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name || ""))
    throw bad("Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression'");
  if (!MUTABILITY.includes(mutability)) throw bad("Invalid parameter at 'imageTagMutability'");
  if (Boolean(filters) !== mutability.endsWith("_EXCLUSION")) throw bad("imageTagMutabilityExclusionFilters does not fit imageTagMutability");
  call.may("CreateRepository", call.arn(name));
  const place = `${call.who.region} ${call.account}`;
  if (!call.world.repositories.has(place)) call.world.repositories.set(place, new Map());
  if (call.all().has(name)) throw new Fault(400, "RepositoryAlreadyExistsException",
    `The repository with name '${name}' already exists in the registry with id '${call.account}'`);
  const made = { images: [], mutability, scanOnPush: Boolean(scanning.scanOnPush), created: call.world.now(),
    ...(filters && { exclusions: filters.map((each) => each.filter) }) };
  call.all().set(name, made);
  return { repository: describeRepository(call, [name, made]) };
}

/** Content is read from the registry itself; the API's own way to it says what is missing. */
const notThere = (operation, type) => (call) => {
  call.repository(operation);
  throw new Fault(400, type, "The requested thing does not exist");
};

const PRIVATE = {
  BatchGetImage: batchGetImage,
  CreateRepository: createRepository,
  BatchCheckLayerAvailability(call) {
    call.repository("BatchCheckLayerAvailability");
    return { failures: [], layers: (call.input.layerDigests || []).map((layerDigest) => (
      { layerDigest, layerAvailability: "UNAVAILABLE" })) };
  },
  GetDownloadUrlForLayer: notThere("GetDownloadUrlForLayer", "LayersNotFoundException"),
  GetLifecyclePolicyPreview: notThere("GetLifecyclePolicyPreview", "LifecyclePolicyPreviewNotFoundException"),
  DescribeImageScanFindings: scanFindings,
  GetRegistryPolicy(call) {
    call.may("GetRegistryPolicy", "*");
    throw new Fault(400, "RegistryPolicyNotFoundException", "Registry policy does not exist");
  },
  GetAuthorizationToken(call) {
    call.may("GetAuthorizationToken", "*");
    return { authorizationData: [{ ...openToken(call),
      proxyEndpoint: `https://${call.who.principal.account}.dkr.ecr.${call.who.region}.amazonaws.com` }] };
  },
  DescribeRepositories: describeRepositories,
  ListImages(call) {
    const images = call.repository("ListImages").images;
    const rows = images.flatMap(({ digest, tags }) => (tags.length
      ? tags.map((imageTag) => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }]));
    const [items, mark] = paged(rows, call.input);
    return { imageIds: items, ...mark };
  },
  DescribeImages: describeImages,
  DescribeRegistry(call) { // always the caller's own
    call.may("DescribeRegistry", "*");
    const account = call.who.principal.account;
    return { registryId: account, replicationConfiguration: { rules: call.world.rules.get(`${call.who.region} ${account}`) || [] } };
  },
  DescribeImageReplicationStatus(call) {
    const { digest, replication } = call.image("DescribeImageReplicationStatus");
    return { repositoryName: call.input.repositoryName, imageId: { imageDigest: digest }, replicationStatuses: replication || [] };
  },
  GetLifecyclePolicy: (call) => policyOf(call, "GetLifecyclePolicy", "lifecyclePolicyText", "lifecycle", "LifecyclePolicyNotFoundException"),
  GetRepositoryPolicy: (call) => policyOf(call, "GetRepositoryPolicy", "policyText", "policy", "RepositoryPolicyNotFoundException"),
  ListTagsForResource: tagsOf,
};

const PUBLIC = {
  GetAuthorizationToken(call) {
    call.may("GetAuthorizationToken", "*");
    authorize(call.who.principal, "sts:GetServiceBearerToken", "*");
    return { authorizationData: openToken(call) };
  },
  DescribeRepositories: describeRepositories,
  DescribeImages: describeImages,
  GetRepositoryPolicy: (call) => policyOf(call, "GetRepositoryPolicy", "policyText", "policy", "RepositoryPolicyNotFoundException"),
  ListTagsForResource: tagsOf,
  BatchCheckLayerAvailability: PRIVATE.BatchCheckLayerAvailability,
  DescribeImageTags: (call) => (call.repository("DescribeImageTags"), { imageTagDetails: [] }),
  DescribeRegistries: (call) => (call.may("DescribeRegistries", "*"), { registries: [] }),
  GetRegistryCatalogData: (call) => (call.may("GetRegistryCatalogData", "*"), { registryCatalogData: {} }),
  GetRepositoryCatalogData: notThere("GetRepositoryCatalogData", "RepositoryCatalogDataNotFoundException"),
};

async function answerEcr(request, operation, service, caller, world) {
  const who = await caller();
  world.count(service, operation);
  if (world.off.includes(who.region))
    throw new Fault(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
  const run = (service === "ecr" ? PRIVATE : PUBLIC)[operation];
  if (!run) throw new Fault(400, "UnknownOperationException", "");
  if (service === "ecr-public" && who.region !== "us-east-1")
    throw new Fault(400, "UnsupportedCommandException", "The operation is not supported in this region");
  let input;
  try {
    input = JSON.parse(request.body);
  } catch {
    throw new Fault(400, "SerializationException", "the body is not JSON");
  }
  return { status: 200, type: "application/x-amz-json-1.1",
    body: JSON.stringify(await run(new Call(input, who, world, service))) };
}

module.exports = { answerEcr };
