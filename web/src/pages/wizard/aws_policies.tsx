// What has to be written at AWS: who may take the role on, and what the role or user may do.
import {
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
} from "@patternfly/react-core";

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

function trustPolicy(draft: Draft) {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::ACCOUNT_OF_BERTH:root" },
    Action: "sts:AssumeRole",
    ...(draft.externalId && {
      Condition: { StringEquals: { "sts:ExternalId": draft.externalId } },
    }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
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
          {draft.credentialType === "sts" && (
            <>
              <p>
                <strong>{say("wizard.trustPolicyOfRole")}</strong>{" "}
                {say("wizard.inPlaceOf", { placeholder: "ACCOUNT_OF_BERTH" })}
              </p>
              <Code text={trustPolicy(draft)} what={say("wizard.trustPolicy")} />
            </>
          )}
          <p>
            <strong>
              {draft.credentialType === "sts"
                ? say("wizard.ecrPolicyOfRole")
                : say("wizard.ecrPolicyOfUser")}
            </strong>{" "}
            {say("wizard.nothingElse")}
          </p>
          <Code text={ecrPolicy(draft)} what={say("wizard.ecrPolicy")} />
        </div>
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}
