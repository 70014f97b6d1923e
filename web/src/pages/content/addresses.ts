// Addresses of the pages about content. Names hold slashes, so they are parameters.
const address = (uid: string, page: string, parameters: Record<string, string>) =>
  `/registries/${uid}/${page}?${new URLSearchParams(parameters)}`;

export const repositoryAddress = (uid: string, repository: string) =>
  address(uid, "repository", { repository });
export const tagAddress = (uid: string, repository: string, reference: string) =>
  address(uid, "tag", { repository, reference });
export const chartAddress = (uid: string, repository: string, reference: string) =>
  address(uid, "chart", { repository, reference });

/** Chart versions have "+" where tags, which may not, have "_". */
export const versionOf = (tag: string) => tag.replaceAll("_", "+");
