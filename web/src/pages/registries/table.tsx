// The registries, one a row: where they are, how they do, and what can be done with them.
import { Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { Link } from "react-router-dom";

import { useJobs } from "../../api/queries";
import type { Job, RegistrySummary } from "../../api/types";
import { Age } from "../../parts/small";
import { say } from "../../words/say";
import { RegistryActions } from "./actions_menu";
import { SyncState } from "./sync_state";
import { ValidationDialog, ValidationState } from "./validation_state";

function authText({ spec }: RegistrySummary) {
  if (!spec.isPrivate) return say("registries.noLogin");
  return spec.registryType === "ecr" ? say("registries.aws") : say("parts.password");
}

function Row({
  registry,
  jobs,
  showSteps,
}: {
  registry: RegistrySummary;
  jobs: Job[];
  showSteps: () => void;
}) {
  const { name, uid } = registry.metadata;
  return (
    <Tr data-registry={name}>
      <Td dataLabel={say("parts.name")}>
        <Link to={`/registries/${uid}`} className="name">
          <strong>{name}</strong>
        </Link>
      </Td>
      <Td dataLabel={say("parts.kind")}>
        <Label isCompact variant="outline">
          {registry.spec.registryType === "ecr" ? say("parts.amazonEcr") : say("parts.basic")}
        </Label>
      </Td>
      <Td dataLabel={say("parts.endpoint")}>
        <code className="breakable">{registry.spec.endpoint}</code>
        {registry.spec.defaultRegion && (
          <div className="subtle small">
            {say("registries.defaultRegion", { region: registry.spec.defaultRegion })}
          </div>
        )}
      </Td>
      <Td dataLabel={say("registries.login")}>{authText(registry)}</Td>
      <Td dataLabel={say("parts.sync")}>
        <SyncState sync={registry.status.sync} jobs={jobs} />
      </Td>
      <Td dataLabel={say("parts.validation")}>
        <ValidationState validation={registry.status.validation} jobs={jobs} onShow={showSteps} />
        {registry.status.validation && (
          <div className="subtle small">
            <Age time={registry.status.validation.at} />
          </div>
        )}
      </Td>
      <Td isActionCell>
        <RegistryActions registry={registry} showSteps={showSteps} />
      </Td>
    </Tr>
  );
}

export function RegistryTable({ registries }: { registries: RegistrySummary[] }) {
  const jobs = useJobs();
  const [shown, setShown] = useState<RegistrySummary | null>(null);
  return (
    <>
      <Table aria-label={say("registries.oci")} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>{say("parts.name")}</Th>
            <Th>{say("parts.kind")}</Th>
            <Th>{say("parts.endpoint")}</Th>
            <Th>{say("registries.login")}</Th>
            <Th>{say("parts.sync")}</Th>
            <Th>{say("parts.validation")}</Th>
            <Th screenReaderText={say("parts.actions")} />
          </Tr>
        </Thead>
        <Tbody>
          {registries.map((registry) => (
            <Row
              key={registry.metadata.uid}
              registry={registry}
              jobs={(jobs.data ?? []).filter((job) => job.registryUid === registry.metadata.uid)}
              showSteps={() => setShown(registry)}
            />
          ))}
        </Tbody>
      </Table>
      {shown && <ValidationDialog registry={shown} onClose={() => setShown(null)} />}
    </>
  );
}
