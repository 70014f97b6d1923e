import { Choices, TextField } from "../../parts/field";
import type { Kind, ProviderType } from "../../api/types";
import { idOf, type PartProps } from "./parts";

export function Details({ draft, errors, editing, change, leave }: PartProps) {
  const pick = (kind: Kind) =>
    change({
      kind,
      ...(kind === "ecr" && draft.providerType === "zarf" ? { providerType: "helm" as const } : {}),
    });
  return (
    <>
      <TextField
        id={idOf("name")}
        label="Name"
        required
        value={draft.name}
        error={errors.name}
        help="What people choose it by. Unique in this tenant."
        onChange={(name) => change({ name })}
        onBlur={() => leave("name")}
      />
      <Choices<ProviderType>
        id={idOf("providerType")}
        label="Provider type"
        value={draft.providerType}
        onChange={(providerType) => change({ providerType })}
        choices={[
          { value: "helm", title: "Helm", text: "Helm charts kept as OCI artifacts" },
          { value: "pack", title: "Pack", text: "Packs below spectro-packs/archive" },
          {
            value: "zarf",
            title: "Zarf",
            text: draft.kind === "ecr" ? "Only with Basic authentication" : "Zarf packages",
            disabled: draft.kind === "ecr",
          },
        ]}
      />
      <Choices<Kind>
        id={idOf("kind")}
        label="OCI authentication type"
        value={draft.kind}
        onChange={pick}
        help={
          editing
            ? "The authentication type of a registry cannot be changed. Register it again instead."
            : undefined
        }
        choices={[
          {
            value: "basic",
            title: "Basic",
            text: "Harbor, GHCR, Docker's registry, Artifactory, ACR: user and password, or none",
            disabled: editing,
          },
          {
            value: "ecr",
            title: "Amazon ECR",
            text: "An AWS account's registry, or ECR Public",
            disabled: editing,
          },
        ]}
      />
    </>
  );
}
