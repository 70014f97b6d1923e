// The last step: what will be saved, in words.
import { Alert, Checkbox } from "@patternfly/react-core";

import { say } from "../../words/say";
import { regionsOf, type Draft, type StoredSecrets } from "./draft";

const providers = {
  helm: "wizard.helmCharts",
  pack: "wizard.packs",
  zarf: "wizard.zarfPackages",
} as const;

function rows(draft: Draft, stored: StoredSecrets): [string, string][] {
  const all: [string, string][] = [
    [say("parts.name"), draft.name],
    [say("wizard.providerType"), say(providers[draft.providerType])],
    [
      say("wizard.authenticationType"),
      draft.kind === "ecr" ? say("parts.amazonEcr") : say("parts.basic"),
    ],
    [say("parts.endpoint"), draft.endpoint],
    [say("parts.basePath"), draft.basePath],
    [say("wizard.defaultRegion"), draft.defaultRegion],
    [say("wizard.otherRegions"), regionsOf(draft).join(", ")],
    [say("wizard.login"), login(draft)],
    [say("wizard.secret"), secret(draft, stored)],
    [say("wizard.caCertificate"), draft.ca ? say("wizard.given") : ""],
    [say("wizard.clientCertificate"), draft.clientCertificate ? say("wizard.given") : ""],
    [say("wizard.certificateCheck"), draft.skipVerify ? say("wizard.checkSkipped") : ""],
    [say("wizard.contentPaths"), draft.contentPaths],
    [say("parts.synchronization"), draft.sync ? say("parts.on") : say("parts.off")],
  ];
  return all.filter(([, value]) => value);
}

function login(draft: Draft) {
  if (draft.kind === "basic") {
    return draft.authType === "basic"
      ? say("wizard.loginUser", { name: draft.username })
      : draft.authType === "token"
        ? say("wizard.loginToken")
        : say("wizard.loginNone");
  }
  if (!draft.isPrivate) return say("wizard.loginNone");
  switch (draft.credentialType) {
    case "secret":
      return say("wizard.loginAccessKey", { key: draft.accessKey });
    case "sts":
      return say("wizard.loginRole", { role: draft.roleArn });
    case "pod-identity":
      return say("wizard.loginPod", { role: draft.podRoleArn });
  }
}

/** The one that goes with the chosen login. */
function secretField(draft: Draft) {
  if (draft.kind === "ecr")
    return draft.isPrivate && draft.credentialType === "secret" ? "secretKey" : null;
  return ({ basic: "password", token: "token", noAuth: null } as const)[draft.authType];
}

function secret(draft: Draft, stored: StoredSecrets) {
  const field = secretField(draft);
  if (!field) return "";
  if (draft[field]) return say("wizard.asTyped");
  return stored[field] === undefined ? "" : say("wizard.unchanged");
}

interface Props {
  draft: Draft;
  stored: StoredSecrets;
  passed: boolean;
  override: boolean;
  setOverride: (override: boolean) => void;
}

export function ConfirmStep({ draft, stored, passed, override, setOverride }: Props) {
  return (
    <div className="stack">
      <dl className="facts panel">
        {rows(draft, stored).map(([title, value]) => (
          <div key={title} className="facts-row">
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!passed && (
        <>
          <Alert isInline variant="warning" title={say("wizard.notPassed")}>
            {say("wizard.saveAllTheSame")}
          </Alert>
          <Checkbox
            id="save-anyway"
            label={say("wizard.saveWithoutValidating")}
            isChecked={override}
            onChange={(_, next) => setOverride(next)}
          />
        </>
      )}
    </div>
  );
}
