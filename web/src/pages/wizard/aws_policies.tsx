// What has to be written at AWS: who may take the role on, and what the role or user may do.
import {
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
} from "@patternfly/react-core";
import { useState } from "react";

import { TextField } from "../../parts/field";
import { Code } from "../../parts/small";
import { say } from "../../words/say";
import type { Draft } from "./draft";

const actions = [
  "GetAuthorizationToken",
  "BatchCheckLayerAvailability",
  "BatchGetImage",
  "GetDownloadUrlForLayer",
  "DescribeRepositories",
  "DescribeImages",
  "ListImages",
  "ListTagsForResource",
  "DescribeRegistry",
  "GetRegistryPolicy",
  "GetRepositoryPolicy",
  "GetLifecyclePolicy",
  "GetLifecyclePolicyPreview",
  "DescribeImageScanFindings",
  "DescribeImageReplicationStatus",
].map((action) => `ecr:${action}`);

const publicActions = [
  "GetAuthorizationToken",
  "BatchCheckLayerAvailability",
  "DescribeRegistries",
  "DescribeRepositories",
  "DescribeImages",
  "DescribeImageTags",
  "ListTagsForResource",
  "GetRepositoryPolicy",
  "GetRepositoryCatalogData",
  "GetRegistryCatalogData",
].map((action) => `ecr-public:${action}`);

function ecrPolicy(draft: Draft) {
  const isPublic = draft.endpoint.includes("public.ecr.aws");
  const allowed = isPublic ? [...publicActions, "sts:GetServiceBearerToken"] : actions;
  return JSON.stringify(
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: allowed, Resource: "*" }] },
    null,
    2,
  );
}

/** AWS calls its partitions by name in each ARN: the role's own says which one this is. */
const partitionOf = (arn: string) => /^arn:(aws[a-z-]*):/.exec(arn)?.[1] ?? "aws";

/** With the identity of a pod, too, this server takes the role on by its own. */
function trustPolicy(draft: Draft, account: string) {
  const isPod = draft.credentialType === "pod-identity";
  const role = isPod ? draft.podRoleArn : draft.roleArn;
  const externalId = isPod ? "" : draft.externalId;
  const statement = {
    Effect: "Allow",
    Principal: { AWS: `arn:${partitionOf(role)}:iam::${account}:root` },
    Action: "sts:AssumeRole",
    ...(externalId && { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

const placeholder = "ACCOUNT_OF_THIS_SERVER";

function TrustPolicy({ draft }: { draft: Draft }) {
  const [typed, setTyped] = useState("");
  const account = typed.replace(/[\s-]/g, "");
  const known = /^\d{12}$/.test(account);
  return (
    <>
      <p>
        <strong>{say("wizard.trustPolicyOfRole")}</strong> {say("wizard.whoMayTakeIt")}
      </p>
      <TextField
        id="berth-account"
        label={say("wizard.accountOfServer")}
        mono
        placeholder="123456789012"
        value={typed}
        error={typed && !known ? say("wizard.accountLooks") : undefined}
        help={say("wizard.accountHelp", { command: "aws sts get-caller-identity" })}
        onChange={setTyped}
      />
      <Code
        text={trustPolicy(draft, known ? account : placeholder)}
        what={say("wizard.trustPolicy")}
      />
      {!known && <p className="small subtle">{say("wizard.accountMissing", { placeholder })}</p>}
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
          <p>
            <strong>
              {draft.credentialType === "secret"
                ? say("wizard.ecrPolicyOfUser")
                : say("wizard.ecrPolicyOfRole")}
            </strong>{" "}
            {say("wizard.nothingElse")}
          </p>
          <Code text={ecrPolicy(draft)} what={say("wizard.ecrPolicy")} />
        </div>
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}
