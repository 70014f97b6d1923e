// The region variable of ECR endpoints.
export const exactTemplate = "{{.spectro.system.aws.region}}";

/** Whether one registration may stand for a registry in several regions. */
export const isInRegions = (spec: { isPrivate: boolean; endpoint: string }) =>
  spec.isPrivate && spec.endpoint.includes(exactTemplate);

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
