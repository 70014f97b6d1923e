// Proves the emulator by AWS's SDK for JavaScript: what it sends is accepted, what it is answered
// parses into its own types. NODE_PATH names the node_modules that has it. Exits with 77 where it is
// not installed.
"use strict";
const { spawn } = require("node:child_process");
const path = require("node:path");

let ecr, ecrPublic, sts;
try {
  ecr = require("@aws-sdk/client-ecr");
  ecrPublic = require("@aws-sdk/client-ecr-public");
  sts = require("@aws-sdk/client-sts");
  require("@smithy/signature-v4");
} catch (error) {
  console.log("SKIPPED: AWS's SDK for JavaScript is not installed:", error.message.split("\n")[0]);
  process.exit(77);
}

const READER = { accessKeyId: "AKIAREADER0000000000", secretAccessKey: "reader/secret+key" };
const BOUND = { accessKeyId: "AKIABOUND00000000000", secretAccessKey: "bound/secret+key" };
let failures = 0;

function check(name, good, seen) {
  console.log((good ? "ok       " : "FAILED   ") + name + (good ? "" : `: ${JSON.stringify(seen)}`));
  if (!good) failures += 1;
}

async function refused(name, type, act, text = "") {
  try {
    await act();
    check(name, false, "accepted");
  } catch (error) {
    check(name, error.name === type && error.message.includes(text), `${error.name} ${error.message}`);
  }
}

const start = () => new Promise((resolve, reject) => {
  const folder = path.join(__dirname, "emulator");
  const child = spawn(process.execPath, [path.join(folder, "server.cjs"), path.join(folder, "world.json")],
    { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", (line) => resolve({ child, url: String(line).trim().split(" ")[1] }));
  child.once("exit", () => reject(new Error("the emulator did not start")));
});

async function identities(options) {
  const client = new sts.STSClient(options(READER));
  const input = { RoleArn: "arn:aws:iam::123456789012:role/puller", RoleSessionName: "sdk", ExternalId: "tenant-1" };
  const { Credentials: keys } = await client.send(new sts.AssumeRoleCommand(input));
  check("an end that is a time", keys.Expiration instanceof Date && keys.Expiration > new Date(), keys.Expiration);
  const inside = new sts.STSClient(options({ accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken }));
  const { Arn: arn } = await inside.send(new sts.GetCallerIdentityCommand({}));
  check("the session's identity", arn.endsWith(":assumed-role/puller/sdk"), arn);
  await refused("a wrong external id", "AccessDenied",
    () => client.send(new sts.AssumeRoleCommand({ ...input, ExternalId: "x1" })), "sts:AssumeRole");
  await refused("a wrong secret", "SignatureDoesNotMatch",
    () => new sts.STSClient(options({ ...READER, secretAccessKey: "wrong" })).send(new sts.GetCallerIdentityCommand({})));
}

async function repositories(options) {
  const client = new ecr.ECRClient(options(READER));
  const token = (await client.send(new ecr.GetAuthorizationTokenCommand({}))).authorizationData[0];
  check("a token's end", token.expiresAt - Date.now() > 43000e3, token.expiresAt);
  const names = [];
  for await (const page of ecr.paginateDescribeRepositories({ client, pageSize: 2 }, {}))
    names.push(...page.repositories.map((each) => each.repositoryName));
  check("pages", names.join() === "team/app,team/chart,team/secret", names);
  const { imageDetails } = await client.send(new ecr.DescribeImagesCommand({ repositoryName: "team/app" }));
  check("an image", imageDetails[0].imageSizeInBytes === 1234 && imageDetails[0].imagePushedAt instanceof Date, imageDetails);
  await refused("no repository", "RepositoryNotFoundException",
    () => client.send(new ecr.ListImagesCommand({ repositoryName: "absent" })));
  await refused("a boundary", "AccessDeniedException",
    () => new ecr.ECRClient(options(BOUND)).send(new ecr.DescribeRepositoriesCommand({})), "permissions boundary");
  const elsewhere = new ecr.ECRClient({ ...options(READER), region: "us-east-1" });
  const filters = [{ filterType: "WILDCARD", filter: "dev-*" }];
  const { repository } = await elsewhere.send(new ecr.CreateRepositoryCommand({ repositoryName: "team/new",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: filters }));
  check("a repository that is made", repository.createdAt instanceof Date
    && JSON.stringify(repository.imageTagMutabilityExclusionFilters) === JSON.stringify(filters), repository);
  await refused("a repository that is there", "RepositoryAlreadyExistsException",
    () => elsewhere.send(new ecr.CreateRepositoryCommand({ repositoryName: "team/new" })));
  const { replicationStatuses } = await client.send(new ecr.DescribeImageReplicationStatusCommand(
    { repositoryName: "team/app", imageId: { imageTag: "v1" } }));
  check("a replication's status", replicationStatuses[0].status === "COMPLETE", replicationStatuses);
  const open = new ecrPublic.ECRPUBLICClient({ ...options(READER), region: "us-east-1" });
  const bearer = (await open.send(new ecrPublic.GetAuthorizationTokenCommand({}))).authorizationData;
  check("ECR Public's token", bearer.expiresAt instanceof Date, bearer);
}

async function main() {
  const { child, url } = await start();
  const options = (credentials) => ({ endpoint: url, region: "eu-west-1", credentials, maxAttempts: 1 });
  try {
    await identities(options);
    await repositories(options);
  } finally {
    child.removeAllListeners("exit");
    child.kill();
  }
  console.log(`${failures} failures`);
  process.exit(failures ? 1 : 0);
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
