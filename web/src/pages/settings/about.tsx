import { useVersion } from "../../api/queries";
import { useSession } from "../../api/session";
import { Page } from "../../parts/page";
import { Code } from "../../parts/small";

export function About() {
  const version = useVersion();
  const { me } = useSession();
  const host = location.host;
  return (
    <Page title="About" crumbs={[{ text: "Tenant Settings" }]}>
      <dl className="facts panel form-narrow">
        <dt>Berth</dt>
        <dd>{version.data?.version ?? "…"}</dd>
        <dt>Address</dt>
        <dd>{location.origin}</dd>
        <dt>Tenant</dt>
        <dd>{me?.status.tenant.name}</dd>
        <dt>Logged in as</dt>
        <dd>{me?.spec.emailId}</dd>
        <dt>Rights</dt>
        <dd>{me?.status.rights.join(", ")}</dd>
      </dl>
      <section className="stack form-narrow">
        <h2>
          <strong>The same without a browser</strong>
        </h2>
        <p className="subtle">
          Everything here goes through the API below /v1, which is described at{" "}
          <a href="/v1/openapi.json">/v1/openapi.json</a>. With an API key:
        </p>
        <Code
          what="command"
          text={`curl -H "ApiKey: $KEY" ${location.protocol}//${host}/v1/registries/oci/summary`}
        />
      </section>
    </Page>
  );
}
