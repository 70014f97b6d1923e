// The registries, one a row: where they are, how they do, and what can be done with them.
import { Label } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { Link } from "react-router-dom";

import { useJobs } from "../../api/queries";
import type { Job, RegistrySummary } from "../../api/types";
import { Age } from "../../parts/small";
import { RegistryActions } from "./actions_menu";
import { SyncState } from "./sync_state";
import { ValidationDialog, ValidationState } from "./validation_state";

function authText({ spec }: RegistrySummary) {
  if (!spec.isPrivate) return "None";
  return spec.registryType === "ecr" ? "AWS" : "Password";
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
      <Td dataLabel="Name">
        <Link to={`/registries/${uid}`} className="name">
          <strong>{name}</strong>
        </Link>
      </Td>
      <Td dataLabel="Kind">
        <Label isCompact variant="outline">
          {registry.spec.registryType === "ecr" ? "Amazon ECR" : "Basic"}
        </Label>
      </Td>
      <Td dataLabel="Endpoint">
        <code className="breakable">{registry.spec.endpoint}</code>
        {registry.spec.defaultRegion && (
          <div className="subtle small">default {registry.spec.defaultRegion}</div>
        )}
      </Td>
      <Td dataLabel="Login">{authText(registry)}</Td>
      <Td dataLabel="Sync">
        <SyncState sync={registry.status.sync} jobs={jobs} />
      </Td>
      <Td dataLabel="Validation">
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
      <Table aria-label="OCI registries" variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>Name</Th>
            <Th>Kind</Th>
            <Th>Endpoint</Th>
            <Th>Login</Th>
            <Th>Sync</Th>
            <Th>Validation</Th>
            <Th screenReaderText="Actions" />
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
