// The region variable of ECR endpoints.
export const exactTemplate = "{{.spectro.system.aws.region}}";

const anyTemplate = /\{+\s*\.?\s*spectro\.system\.aws\.region\s*\}+/;

/** Text that was meant to be the variable and is not: a brace short, blanks inside, no dot. */
export function nearTemplate(text: string) {
  const found = anyTemplate.exec(text.replaceAll(exactTemplate, ""));
  return found?.[0];
}

export function withExactTemplate(text: string) {
  return text.replace(anyTemplate, exactTemplate);
}

const host =
  /(\.dkr[.-]ecr(?:-fips)?\.)([a-z0-9-]+)(\.(?:amazonaws\.com|on\.aws|on\.amazonwebservices))/;

/** Whether `insertTemplate` keeps what the endpoint says. */
export function hasPlaceForTemplate(endpoint: string) {
  if (endpoint.includes(exactTemplate)) return false;
  return (
    !endpoint.trim() ||
    host.test(endpoint) ||
    nearTemplate(endpoint) !== undefined ||
    /\d{12}/.test(endpoint)
  );
}

/** The endpoint with the variable in place of its region; after the account where it has none. */
export function insertTemplate(endpoint: string) {
  if (endpoint.includes(exactTemplate)) return endpoint;
  if (nearTemplate(endpoint)) return withExactTemplate(endpoint);
  if (host.test(endpoint)) return endpoint.replace(host, `$1${exactTemplate}$3`);
  const account = /\d{12}/.exec(endpoint)?.[0] ?? "123456789012";
  return `${account}.dkr.ecr.${exactTemplate}.amazonaws.com`;
}

/** The region that an endpoint names, to begin with as the default. */
export function regionIn(endpoint: string) {
  return /\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? "";
}

export const regions = [
  "af-south-1",
  "ap-east-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ca-central-1",
  "ca-west-1",
  "cn-north-1",
  "cn-northwest-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
];
