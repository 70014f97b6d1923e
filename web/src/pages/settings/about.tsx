import { Link } from "react-router-dom";

import { useVersion } from "../../api/queries";
import { useSession } from "../../api/session";
import { listOf } from "../../parts/format";
import { Page } from "../../parts/page";
import { Code } from "../../parts/small";
import { say, sayWith } from "../../words/say";
import { rights } from "./rights";

export function About() {
  const version = useVersion();
  const { me } = useSession();
  const host = location.host;
  return (
    <Page title={say("frame.about")} crumbs={[{ text: say("parts.tenantSettings") }]}>
      <dl className="facts panel form-narrow">
        <dt>{say("frame.berth")}</dt>
        <dd>{version.data?.version ?? "…"}</dd>
        <dt>{say("settings.address")}</dt>
        <dd>{location.origin}</dd>
        <dt>{say("settings.tenant")}</dt>
        <dd>{me?.status.tenant.name}</dd>
        <dt>{say("settings.loggedInAs")}</dt>
        <dd>{me?.spec.emailId}</dd>
        <dt>{say("settings.rights")}</dt>
        <dd>{listOf((me?.status.rights ?? []).map((right) => say(rights[right])))}</dd>
      </dl>
      <section className="stack form-narrow">
        <h2>
          <strong>{say("settings.withoutBrowser")}</strong>
        </h2>
        <p className="subtle">
          {sayWith("settings.throughApi", {
            reference: <Link to="/docs/api">{say("settings.apiReference")}</Link>,
          })}
        </p>
        <Code
          what={say("parts.theCommand")}
          text={`curl -H "ApiKey: $KEY" ${location.protocol}//${host}/v1/registries/oci/summary`}
        />
      </section>
    </Page>
  );
}
