// What has to be written at AWS: who may take the role on, and what the role or user may do.
import {
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
} from "@patternfly/react-core";

import { Code } from "../../parts/small";
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
    <DrawerPanelContent aria-label="AWS policies">
      <DrawerHead>
        <h3 tabIndex={-1} id="aws-policies">
          <strong>Policies at AWS</strong>
        </h3>
        <DrawerActions>
          <DrawerCloseButton onClose={onClose} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        <div className="stack">
          {draft.credentialType === "sts" && (
            <>
              <p>
                <strong>Trust policy of the role.</strong> In place of ACCOUNT_OF_BERTH put the AWS
                account whose credentials this server has.
              </p>
              <Code text={trustPolicy(draft)} what="trust policy" />
            </>
          )}
          <p>
            <strong>ECR policy</strong> of the {draft.credentialType === "sts" ? "role" : "user"}:
            reading, and nothing else.
          </p>
          <Code text={ecrPolicy(draft)} what="ECR policy" />
        </div>
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}
