// How clients log in to a registry.
import type { RegistrySummary } from "../../api/types";
import { Code } from "../../parts/small";
import { say, sayWith } from "../../words/say";

interface Props {
  endpoint?: string | undefined;
  registry?: RegistrySummary | undefined;
}

function hostOf(endpoint: string) {
  return endpoint.replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, "");
}

export function ClientSetup({ endpoint, registry }: Props) {
  if (!endpoint) return null;
  const host = hostOf(
    registry?.spec.defaultRegion
      ? endpoint.replace(/\{\{.*\}\}/, registry.spec.defaultRegion)
      : endpoint,
  );
  const plain = endpoint.startsWith("http://");
  const logins =
    registry?.spec.registryType === "ecr"
      ? ecrLogins(host, registry.spec.defaultRegion)
      : [
          ["Docker", `docker login ${host}`],
          ["Podman", `podman login ${plain ? "--tls-verify=false " : ""}${host}`],
          ["Helm", `helm registry login ${plain ? "--plain-http " : ""}${host}`],
          ["ORAS", `oras login ${plain ? "--plain-http " : ""}${host}`],
          ["Berth", `berth login ${plain ? "--plain-http " : ""}${host}`],
        ];
  const needed = !registry || registry.spec.isPrivate;
  return (
    <div className="stack form-narrow">
      <p className="subtle">{needed ? say("content.logInOnce") : say("content.noLoginNeeded")}</p>
      {needed &&
        logins.map(([client, text]) => (
          <section key={client} className="stack" aria-label={client}>
            <h2>
              <strong>{client}</strong>
            </h2>
            <Code text={text ?? ""} what={say("content.loginFor", { client: client ?? "" })} />
          </section>
        ))}
      {plain && (
        <p className="small subtle">
          {sayWith("content.plainHttp", {
            setting: <code>insecure-registries</code>,
            file: <code>daemon.json</code>,
          })}
        </p>
      )}
    </div>
  );
}

function ecrLogins(host: string, region = "") {
  // ECR Public has one region for logins, wherever its content is.
  if (host === "public.ecr.aws")
    return withPassword(host, "aws ecr-public get-login-password --region us-east-1");
  const found = /\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(host)?.[1] ?? region;
  return withPassword(host, `aws ecr get-login-password --region ${found}`);
}

function withPassword(host: string, password: string) {
  return [
    ["Docker", `${password} | docker login --username AWS --password-stdin ${host}`],
    ["Helm", `${password} | helm registry login --username AWS --password-stdin ${host}`],
    ["Podman", `${password} | podman login --username AWS --password-stdin ${host}`],
  ];
}
