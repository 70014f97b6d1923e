// What has to be written at AWS: who may take the role on, and what the role or user may do.
import {
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
} from "@patternfly/react-core";

import { useAwsAccount, useAwsPolicies } from "../../api/queries";
import { Code } from "../../parts/small";
import { Failure, Waiting } from "../../parts/states";
import { say } from "../../words/say";
import { partitionOf, type Draft } from "./draft";

const written = (json: unknown) => JSON.stringify(json, null, 2);

interface Trust {
  Statement?: object[];
}

/** The server's policy with the external id that is in the form. With the identity of a pod this
 *  server takes the role on without one. */
function trustWith(policy: Trust, externalId: string) {
  const condition = externalId ? { StringEquals: { "sts:ExternalId": externalId } } : undefined;
  const statements = policy.Statement ?? [];
  return {
    ...policy,
    Statement: statements.map((statement) => ({ ...statement, Condition: condition })),
  };
}

function TrustPolicy({ draft }: { draft: Draft }) {
  const account = useAwsAccount(partitionOf(draft));
  const externalId = draft.credentialType === "sts" ? draft.externalId.trim() : "";
  return (
    <>
      <p>
        <strong>{say("wizard.trustPolicyOfRole")}</strong> {say("wizard.whoMayTakeIt")}
      </p>
      {account.isPending ? (
        <Waiting what={say("wizard.trustPolicy")} rows={3} />
      ) : account.isError ? (
        <Failure
          error={account.error}
          what={say("wizard.trustPolicy")}
          again={() => void account.refetch()}
        />
      ) : (
        <>
          <Code
            text={written(trustWith(account.data.trustPolicy, externalId))}
            what={say("wizard.trustPolicy")}
          />
          {draft.credentialType === "sts" && !externalId && (
            <p className="small">{say("wizard.anybodysId")}</p>
          )}
        </>
      )}
    </>
  );
}

function RegistryPolicy({ draft }: { draft: Draft }) {
  const policies = useAwsPolicies();
  const isPublic = draft.endpoint.includes("public.ecr.aws");
  return (
    <>
      <p>
        <strong>
          {draft.credentialType === "secret"
            ? say("wizard.ecrPolicyOfUser")
            : say("wizard.ecrPolicyOfRole")}
        </strong>{" "}
        {say("wizard.nothingElse")}
      </p>
      {policies.data ? (
        <Code
          text={written(isPublic ? policies.data.ecrPublic : policies.data.ecr)}
          what={say("wizard.ecrPolicy")}
        />
      ) : policies.isError ? (
        <Failure
          error={policies.error}
          what={say("wizard.ecrPolicy")}
          again={() => void policies.refetch()}
        />
      ) : (
        <Waiting what={say("wizard.ecrPolicy")} rows={3} />
      )}
    </>
  );
}

export function AwsPolicies({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  return (
    <DrawerPanelContent aria-label={say("wizard.policies")}>
      <DrawerHead>
        <h3 tabIndex={-1} id="aws-policies">
          <strong>{say("wizard.policies")}</strong>
        </h3>
        <DrawerActions>
          <DrawerCloseButton aria-label={say("parts.close")} onClose={onClose} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        <div className="stack">
          {draft.credentialType !== "secret" && <TrustPolicy draft={draft} />}
          <RegistryPolicy draft={draft} />
        </div>
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}
