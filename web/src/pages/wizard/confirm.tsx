// The last step: what will be saved, in words.
import { Alert, Checkbox } from "@patternfly/react-core";

import type { Draft, StoredSecrets } from "./draft";

function rows(draft: Draft, stored: StoredSecrets): [string, string][] {
  const providers = { helm: "Helm charts", pack: "Packs", zarf: "Zarf packages" };
  const all: [string, string][] = [
    ["Name", draft.name],
    ["Provider type", providers[draft.providerType]],
    ["Authentication type", draft.kind === "ecr" ? "Amazon ECR" : "Basic"],
    ["Endpoint", draft.endpoint],
    ["Base path", draft.basePath],
    ["Default region", draft.defaultRegion],
    ["Login", login(draft)],
    ["Secret", secret(draft, stored)],
    ["CA certificate", draft.ca ? "given" : ""],
    ["Client certificate", draft.clientCertificate ? "given" : ""],
    ["Certificate check", draft.skipVerify ? "skipped" : ""],
    ["Base content paths", draft.contentPaths],
    ["Synchronization", draft.sync ? "on" : "off"],
  ];
  return all.filter(([, value]) => value);
}

function login(draft: Draft) {
  if (draft.kind === "basic") {
    return draft.authType === "basic"
      ? `user ${draft.username}`
      : draft.authType === "token"
        ? "token"
        : "none";
  }
  if (!draft.isPrivate) return "none";
  return draft.credentialType === "secret"
    ? `access key ${draft.accessKey}`
    : `role ${draft.roleArn}`;
}

function secret(draft: Draft, stored: StoredSecrets) {
  if (draft.password || draft.secretKey || draft.token) return "as typed now";
  const kept = draft.kind === "basic" ? (stored.password ?? stored.token) : stored.secretKey;
  return kept === undefined ? "" : "unchanged";
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
          <Alert isInline variant="warning" title="This has not passed a validation">
            It can be saved all the same, if the registry is not up yet for example.
          </Alert>
          <Checkbox
            id="save-anyway"
            label="Save without validating"
            isChecked={override}
            onChange={(_, next) => setOverride(next)}
          />
        </>
      )}
    </div>
  );
}
