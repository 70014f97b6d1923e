// The connection to Amazon ECR.
import {
  Alert,
  AlertActionLink,
  Button,
  Drawer,
  DrawerContent,
  DrawerContentBody,
  Switch,
} from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";

import { useAwsAccount } from "../../api/queries";
import { AwsRegions, awsRegionsId } from "../../parts/aws_regions";
import { Choices, Field, TextField } from "../../parts/field";
import { say, sayWith } from "../../words/say";
import { AwsPolicies } from "./aws_policies";
import { mayHaveRegions, noCredentials, partitionOf, type Draft } from "./draft";
import { EndpointHint, useNormalized } from "./endpoint_hint";
import { idOf, type PartProps } from "./parts";
import {
  exactTemplate,
  hasPlaceForTemplate,
  insertTemplate,
  nearTemplate,
  regionIn,
  withExactTemplate,
} from "./region";
import { SecretField } from "./secret_field";
import { Sharing } from "./sharing";
import { AuthorityOfNetwork } from "./tls";

function Previews({ draft }: PartProps) {
  const { data } = useNormalized(draft);
  if (!data?.previews?.length) return null;
  return (
    <div className="panel">
      <h3>{say("wizard.resolvesTo")}</h3>
      <dl className="facts small">
        {data.previews.map((preview) => (
          <div key={preview.region} className="facts-row">
            <dt>{preview.region}</dt>
            <dd>
              <code>{preview.endpoint}</code>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Endpoint(props: PartProps) {
  const { draft, errors, change, leave } = props;
  const near = nearTemplate(draft.endpoint);
  const insert = () =>
    change({
      endpoint: insertTemplate(draft.endpoint),
      ...(draft.defaultRegion ? {} : { defaultRegion: regionIn(draft.endpoint) }),
    });
  return (
    <>
      <TextField
        id={idOf("endpoint")}
        label={say("parts.endpoint")}
        required
        mono
        placeholder="123456789012.dkr.ecr.eu-west-1.amazonaws.com"
        value={draft.endpoint}
        error={errors.endpoint}
        help={say("wizard.ecrEndpointHelp")}
        onChange={(endpoint) => change({ endpoint })}
        onBlur={() => leave("endpoint")}
        beside={
          <Button
            variant="secondary"
            onClick={insert}
            isDisabled={!hasPlaceForTemplate(draft.endpoint)}
          >
            {say("wizard.insertVariable")}
          </Button>
        }
      />
      {near && (
        <Alert
          isInline
          variant="warning"
          title={say("wizard.notExactly")}
          actionLinks={
            <AlertActionLink
              onClick={() => change({ endpoint: withExactTemplate(draft.endpoint) })}
            >
              {say("wizard.write", { text: exactTemplate })}
            </AlertActionLink>
          }
        >
          {sayWith("wizard.found", { text: <code>{near}</code> })}
        </Alert>
      )}
      <EndpointHint {...props} />
      <TextField
        id={idOf("defaultRegion")}
        label={say("wizard.defaultRegion")}
        required={draft.endpoint.includes(exactTemplate)}
        mono
        list={awsRegionsId}
        placeholder="eu-west-1"
        value={draft.defaultRegion}
        error={errors.defaultRegion}
        help={say("wizard.defaultRegionHelp")}
        onChange={(defaultRegion) => change({ defaultRegion })}
        onBlur={() => leave("defaultRegion")}
      />
      <AwsRegions />
      <Previews {...props} />
    </>
  );
}

function OtherRegions({ draft, errors, change, leave }: PartProps) {
  return (
    <TextField
      id={idOf("otherRegions")}
      label={say("wizard.otherRegions")}
      mono
      placeholder="us-east-1, eu-central-1"
      value={draft.otherRegions}
      error={errors.otherRegions}
      help={say("wizard.otherRegionsHelp")}
      onChange={(otherRegions) => change({ otherRegions })}
      onBlur={() => leave("otherRegions")}
    />
  );
}

function AccessKey({ draft, errors, stored, change, leave }: PartProps) {
  return (
    <>
      <TextField
        id={idOf("accessKey")}
        label={say("wizard.accessKey")}
        required
        mono
        value={draft.accessKey}
        error={errors.accessKey}
        onChange={(accessKey) => change({ accessKey })}
        onBlur={() => leave("accessKey")}
      />
      <SecretField
        id={idOf("secretKey")}
        label={say("wizard.secretKey")}
        value={draft.secretKey}
        error={errors.secretKey}
        stored={stored.secretKey}
        onChange={(secretKey) => change({ secretKey })}
      />
    </>
  );
}

/** The tenant's own external id stands in the form until another is typed. */
function useTenantsId({ draft, editing, change }: PartProps) {
  const { data } = useAwsAccount(partitionOf(draft));
  const offered = useRef(false);
  useEffect(() => {
    if (!data || offered.current) return;
    offered.current = true;
    if (!editing && !draft.externalId) change({ externalId: data.externalId });
  }, [data, editing, draft.externalId, change]);
}

function AssumedRole(props: PartProps) {
  const { draft, errors, change, leave } = props;
  useTenantsId(props);
  return (
    <>
      <TextField
        id={idOf("roleArn")}
        label={say("wizard.roleArn")}
        required
        mono
        placeholder="arn:aws:iam::123456789012:role/berth"
        value={draft.roleArn}
        error={errors.roleArn}
        onChange={(roleArn) => change({ roleArn })}
        onBlur={() => leave("roleArn")}
      />
      <TextField
        id={idOf("externalId")}
        label={say("wizard.externalId")}
        mono
        value={draft.externalId}
        error={errors.externalId}
        help={say("wizard.externalIdHelp")}
        onChange={(externalId) => change({ externalId })}
        onBlur={() => leave("externalId")}
      />
    </>
  );
}

function PodIdentity({ draft, errors, change, leave }: PartProps) {
  return (
    <>
      <TextField
        id={idOf("podRoleArn")}
        label={say("wizard.roleArn")}
        required
        mono
        placeholder="arn:aws:iam::123456789012:role/berth"
        value={draft.podRoleArn}
        error={errors.podRoleArn}
        help={say("wizard.podRoleHelp")}
        onChange={(podRoleArn) => change({ podRoleArn })}
        onBlur={() => leave("podRoleArn")}
      />
      <TextField
        id={idOf("podBoundaryArn")}
        label={say("wizard.podBoundary")}
        mono
        placeholder="arn:aws:iam::123456789012:policy/boundary"
        value={draft.podBoundaryArn}
        error={errors.podBoundaryArn}
        help={say("wizard.podBoundaryHelp")}
        onChange={(podBoundaryArn) => change({ podBoundaryArn })}
        onBlur={() => leave("podBoundaryArn")}
      />
    </>
  );
}

function Credentials(props: PartProps & { showPolicies: () => void }) {
  const { draft, change, showPolicies } = props;
  return (
    <>
      <Choices<Draft["credentialType"]>
        id={idOf("credentialType")}
        label={say("wizard.awsMethod")}
        value={draft.credentialType}
        onChange={(credentialType) => change({ ...noCredentials, credentialType })}
        choices={[
          { value: "secret", title: say("wizard.credentials"), text: say("wizard.credentialsAre") },
          { value: "sts", title: say("wizard.sts"), text: say("wizard.stsIs") },
          {
            value: "pod-identity",
            title: say("wizard.podIdentity"),
            text: say("wizard.podIdentityIs"),
          },
        ]}
      />
      {draft.credentialType === "secret" && <AccessKey {...props} />}
      {draft.credentialType === "sts" && <AssumedRole {...props} />}
      {draft.credentialType === "pod-identity" && <PodIdentity {...props} />}
      <div>
        <Button id="show-policies" variant="link" isInline onClick={showPolicies}>
          {say("wizard.showPolicies")}
        </Button>
      </div>
    </>
  );
}

export function EcrConnection(props: PartProps) {
  const { draft, change } = props;
  const [policies, setPolicies] = useState(false);
  return (
    <Drawer
      isExpanded={policies}
      isInline
      onExpand={() => document.getElementById("aws-policies")?.focus()}
    >
      <DrawerContent
        panelContent={<AwsPolicies draft={draft} onClose={() => setPolicies(false)} />}
      >
        <DrawerContentBody>
          <div className="stack drawer-form">
            <Endpoint {...props} />
            <Field
              id={idOf("isPrivate")}
              label={say("wizard.protected")}
              help={say("wizard.protectedHelp")}
            >
              <Switch
                id={idOf("isPrivate")}
                label={draft.isPrivate ? say("parts.on") : say("parts.off")}
                aria-label={say("wizard.protected")}
                isChecked={draft.isPrivate}
                onChange={(_, isPrivate) =>
                  change({
                    isPrivate,
                    ...(isPrivate ? {} : noCredentials),
                  })
                }
              />
            </Field>
            {draft.isPrivate && <Credentials {...props} showPolicies={() => setPolicies(true)} />}
            {mayHaveRegions(draft) && <OtherRegions {...props} />}
            <Sharing {...props} />
            <AuthorityOfNetwork {...props} />
          </div>
        </DrawerContentBody>
      </DrawerContent>
    </Drawer>
  );
}
